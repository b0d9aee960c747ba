-- A text in place of every picture that has none: the heading it stands under and what was said last before it.
local text_of = pandoc.utils.stringify

function Pandoc(doc)
  local heading, said = text_of(doc.meta.title or ''), text_of(doc.meta.description or '')
  return doc:walk {
    traverse = 'topdown',
    Header = function(h) heading, said = text_of(h), '' end,
    Para = function(p)
      local text = text_of(p)
      if text ~= '' then said = text:match('^(.-[.!?:])%s') or text end
    end,
    Image = function(image)
      if text_of(image.caption) == '' and not image.attributes['alt'] and not image.attributes['fig-alt'] then
        image.attributes['alt'] = ('Picture under "%s". %s'):format(heading, said)
        return image
      end
    end,
  }
end
