// The main table with filters, and the public portrait before and after. Numbers come from the files that the runs wrote.
import {beforeAfter} from '../try/mask_painter.js';

const read = async name => {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name} cannot be loaded (${response.status}); reload the page`);
  return response.json();
};
const unique = values => [...new Set(values)];
const made = (tag, values = {}, ...children) => { const e = Object.assign(document.createElement(tag), values); e.append(...children); return e; };
const chooser = (label, options, changed) => { // [value, text]
  const select = made('select', {}, ...options.map(([value, text]) => made('option', {value}, text)));
  select.addEventListener('change', changed);
  return {select, field: made('label', {}, `${label} `, select)};
};

export async function mainTable(root, name = './main-test.json') {
  const found = await read(name).catch(error => { root.textContent = error.message; });
  if (!found) return;
  const families = unique(found.values.map(v => v.family)), metrics = Object.entries(found.metrics).filter(([m]) => found.values.some(v => v.metric === m));
  const everything = ['', 'all'], plain = values => [everything, ...values.map(v => [v, v])];
  const show = () => {
    const rows = paired.select.value ? found.paired : found.values, metric = which.select.value, {digits, better, title} = found.metrics[metric];
    const bands = unique(found.values.filter(v => !family.select.value || v.family === family.select.value).map(v => v.band));
    if (!bands.includes(band.select.value)) band.select.value = '';
    const kept = rows.filter(v => v.metric === metric && (!family.select.value || v.family === family.select.value) && (!band.select.value || v.band === band.select.value));
    const names = found.restorers.map(r => r.name).filter(n => kept.some(v => v.restorer === n));
    const head = made('tr', {}, ...['holes', 'band', ...names].map(n => made('th', {scope: 'col'}, n)));
    const body = unique(kept.map(v => `${v.family}\n${v.band}`)).map(cell => {
      const [f, b] = cell.split('\n'), share = found.coverage.find(c => c.family === f && c.band === b)?.image;
      const of = names.map(n => kept.find(v => v.restorer === n && v.family === f && v.band === b)), means = of.map(v => v?.mean).filter(Number.isFinite);
      const best = better === 'lower' ? Math.min(...means) : Math.max(...means), sign = v => (paired.select.value && v >= 0 ? '+' : '') + v.toFixed(digits);
      return made('tr', {}, made('th', {scope: 'row'}, f), made('td', {}, share == null ? b : `${b} (${Math.round(100*share)} %)`), ...of.map(v =>
        !v || v.mean == null ? made('td', {}, '–') : made('td', {title: `${v.n} images`}, made(v.mean === best ? 'strong' : 'span', {}, sign(v.mean)), made('small', {}, `[${sign(v.low)}, ${sign(v.high)}]`))));
    });
    const {images, identities, folders, splits} = found.data, {cpu, gpu, commit} = found.provenance;
    caption.textContent = `${title}${paired.select.value ? `, difference to ${found.against} on the same images and holes` : ''} (${better} is better); mean [95 % interval over identities]. `
      + `${folders.join(', ')} ${splits.join(', ')}, ${images} images of ${identities} people at ${found.parameters.size} px; ${found.protocol.name}; ${gpu ?? cpu}, commit ${commit.slice(0, 12)}.`;
    table.replaceChildren(made('thead', {}, head), made('tbody', {}, ...body));
  };
  const family = chooser('Holes', plain(families), show), band = chooser('Band', plain(unique(found.values.map(v => v.band))), show);
  const which = chooser('Measure', metrics.map(([m, {title}]) => [m, title]), show), paired = chooser('Show', [['', 'values'], ['yes', `difference to ${found.against}`]], show);
  which.select.value = 'psnr_hole';
  const caption = made('p', {id: 'about-table', role: 'status'}), table = made('table', {className: 'table'});
  table.setAttribute('aria-describedby', caption.id);
  root.replaceChildren(made('div', {className: 'choices'}, family.field, band.field, which.field, paired.field), caption, made('div', {className: 'wide', tabIndex: 0, role: 'region', ariaLabel: 'Table of results'}, table));
  show();
}

export async function gallery(root, name = './gallery/gallery.json') {
  const found = await read(name).catch(error => { root.textContent = error.message; });
  if (!found) return;
  const address = file => new URL(`./gallery/${file}`, import.meta.url).href, frame = made('div'), told = made('p', {role: 'status'});
  const show = () => {
    const cell = found.cells.find(c => c.family === family.select.value && c.band === band.select.value);
    beforeAfter(frame, address(left.select.value === 'original' ? found.original : cell.input), address(cell[right.select.value]), 'Share of the picture that shows the left one');
    const [first, second] = frame.querySelectorAll('img');
    first.alt = `The portrait, ${left.select.value}`; second.alt = `The portrait, ${right.select.selectedOptions[0].text}, ${cell.family} of the ${cell.band} band`;
    told.textContent = `${(100*cell.coverage).toFixed(0)} % of the picture are hole.`;
  };
  const family = chooser('Holes', unique(found.cells.map(c => c.family)).map(f => [f, f]), show), band = chooser('Band', unique(found.cells.map(c => c.band)).map(b => [b, b]), show);
  const left = chooser('Left', [['input', 'input'], ['original', 'original']], show), right = chooser('Right', [['restored', found.model], ['laplace', 'harmonic fill']], show);
  root.replaceChildren(made('div', {className: 'choices'}, family.field, band.field, left.field, right.field), frame, told);
  show();
}
