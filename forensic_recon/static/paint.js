// The page of `frecon paint`: the painter, and what the program that serves the page answers. It asks nobody else.
import {MaskPainter, beforeAfter} from './mask_painter.js';

const find = id => document.getElementById(id);
const ENDED = 'The program has ended. What was saved stays; to go on, start frecon paint again.';

// the token comes behind the # of the address, where no server sees it; it is kept for a reload of this tab, and leaves the address
const token = location.hash.slice(1) || sessionStorage.getItem('token') || '';
sessionStorage.setItem('token', token);
history.replaceState(null, '', location.pathname);
const headers = {Authorization: `Bearer ${token}`};

async function ask(route, fields) { // fields: texts and blobs of a form; without them it is a GET
  const form = fields && new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form.append(name, value);
  const answer = await fetch(`/${route}`, fields ? {method: 'POST', headers, body: form} : {headers}).catch(() => { throw new Error(ENDED); });
  if (answer.status === 401) throw new Error('This page has no token, or an old one: open the address that frecon paint printed.');
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? `The program answers with status ${answer.status}.`);
  return answer.headers.get('content-type').startsWith('application/json') ? answer.json() : answer.blob();
}

const address = png => `data:image/png;base64,${png}`;

async function maskOf(png, painter) { // base64 of a black and white PNG -> Uint8Array, 1 = hole
  const blob = new Blob([Uint8Array.from(atob(png), c => c.charCodeAt(0))], {type: 'image/png'});
  const bitmap = await createImageBitmap(blob, {colorSpaceConversion: 'none'}), canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const {data} = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return Uint8Array.from({length: painter.mask.length}, (_, i) => data[4*i] > 127 ? 1 : 0);
}

function grayHole(painter) { // address of the photograph with a gray hole
  const picture = painter.pixels(), canvas = Object.assign(document.createElement('canvas'), {width: painter.width, height: painter.height});
  painter.mask.forEach((hole, i) => { if (hole) picture.data.set([128, 128, 128, 255], 4*i); });
  canvas.getContext('2d').putImageData(picture, 0, 0);
  return canvas.toDataURL();
}

function aroundHole({mask, width, height}) { // [left, top, width, height]: the hole and as much again on each side
  let [left, top, right, bottom] = [width, height, 0, 0];
  mask.forEach((hole, i) => {
    if (!hole) return;
    const x = i % width, y = (i - x)/width;
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  });
  const more = Math.max(right - left, bottom - top, 48), x = Math.max(0, left - more), y = Math.max(0, top - more);
  return [x, y, Math.min(width, right + more) - x, Math.min(height, bottom + more) - y];
}

function part(png, [x, y, width, height]) { // a small canvas with a part of a picture
  const scale = Math.min(1, 320/Math.max(width, height)), canvas = Object.assign(document.createElement('canvas'), {width: Math.round(width*scale), height: Math.round(height*scale)});
  const image = new Image();
  image.onload = () => canvas.getContext('2d').drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
  image.src = address(png);
  return canvas;
}

export async function start() {
  const painter = new MaskPainter(find('paint'), {folded: true}), state = {about: null, fields: {}, version: 0, busy: false, ended: false, saved: true, picking: false};
  const say = (text, wrong = false) => { find('told').textContent = text; find('told').classList.toggle('wrong', wrong); };
  const refresh = () => {
    find('proposals').disabled = state.busy || state.ended || !state.about;
    find('quality').disabled = state.busy || state.ended || !state.about;
    find('answers').disabled = state.busy || state.ended || !painter.count;
  };
  const ended = () => { state.ended = true; stopPicking(); refresh(); say(ENDED, true); };

  async function alone(saying, task) { // one after the other
    if (state.busy || state.ended) return;
    state.busy = true; say(saying); refresh();
    try { await task(); } catch (error) { if (!state.ended) say(error.message, true); } finally { state.busy = false; refresh(); }
  }

  // -- the hole

  async function add(png, what) {
    const mask = await maskOf(png, painter), before = painter.count;
    if (mask.some((hole, i) => hole && !painter.mask[i])) painter.setMask(mask.map((hole, i) => hole || painter.mask[i] ? 1 : 0));
    const found = painter.count - before;
    say(found ? `${what}: ${found} pixels were added to the hole. It is a guess: look at it, and mend it with brush and eraser. Undo takes it back.` : `${what}: nothing that is not in the hole already.`);
  }

  async function propose(words, label) {
    await alone(`Looking for ${label.toLowerCase()}…`, async () => {
      const found = await ask('propose', {'look-for': words});
      if (found.regions.length) await add(found.mask, `${label}, as proposed`); else say(`${found.told.join('; ')}.`);
    });
  }

  function stopPicking() {
    state.picking = false;
    painter.picking?.done(null);
    Object.assign(painter, {picking: null, marks: []});
    find('region').setAttribute('aria-pressed', 'false');
    painter.show();
  }

  async function pickRegions() { // until Escape, or the button again
    if (state.picking) { stopPicking(); say('Paint on.'); return; }
    state.picking = true;
    find('region').setAttribute('aria-pressed', 'true');
    say('Click on a region of the face. Escape ends it.');
    for (;;) {
      const places = await painter.pick(1);
      if (!places) break;
      const [x, y] = places[0];
      await alone('Looking for the regions of the face…', async () => {
        const found = await ask('region', {x: x.toFixed(2), y: y.toFixed(2)});
        await add(found.mask, `Region ${found.name.replace('_', ' ')}`);
      });
      if (!state.picking) break;
    }
    if (state.picking) { stopPicking(); say('Paint on.'); }
  }

  // -- the photograph

  async function measure() { // a painted hole counts as covered
    await alone('Measuring the photograph…', async () => {
      const found = await ask('quality', painter.count ? {mask: await painter.toBlob()} : {}), panel = find('measured');
      const cell = (text, kind = 'td') => Object.assign(document.createElement(kind), {textContent: text});
      panel.querySelector('tbody').replaceChildren(...found.components.map(c => {
        const row = Object.assign(document.createElement('tr'), {className: c.word}), head = Object.assign(cell(c.means, 'th'), {scope: 'row', title: c.name});
        row.append(head, cell(c.shown), cell(c.quality === null ? c.word : `${c.quality}, ${c.word}`), cell(c.note));
        return row;
      }));
      panel.querySelector('p').textContent = found.says;
      panel.hidden = false;
      say('The photograph was measured.');
    });
  }

  // -- the answers

  function forget() { // a result belongs to its hole
    state.fields = {}; state.version++; state.saved = !painter.count;
    find('result').hidden = find('measured').hidden = true;
    find('written').textContent = '';
    refresh();
  }

  function showAnswers(found) {
    const before = grayHole(painter), shown = found.pictures.filter(p => p.role !== 'contact_sheet'), average = shown.find(p => p.role === 'output');
    const box = aroundHole(painter), show = picture => beforeAfter(find('compare'), before, address(picture.png));
    const thumbs = find('thumbs'), buttons = [average, ...shown.filter(p => p !== average)].map(picture => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(part(picture.png, box), picture.seed === null ? 'Average: the expected picture, soft where much is open' : picture.says);
      button.addEventListener('click', () => {
        show(picture);
        buttons.forEach(b => b.setAttribute('aria-pressed', String(b === button)));
      });
      return button;
    });
    thumbs.replaceChildren(...buttons);
    thumbs.hidden = buttons.length < 2;
    buttons[0].click();
    find('notice').textContent = found.notice;
    find('warnings').replaceChildren(...found.warnings.map(line => Object.assign(document.createElement('li'), {textContent: line})));
    const sure = found.confidence, panel = find('confidence');
    panel.hidden = !sure;
    if (sure) {
      panel.querySelector('img').src = address(sure.map);
      panel.querySelector('p').textContent = `${sure.told}. None of this says who the person is.`;
    }
    find('result').hidden = false;
  }

  async function answer(more, saying) {
    await alone(saying, async () => {
      const fields = {...state.fields, ...more}, version = state.version;
      const found = await ask('reconstruct', {...fields, mask: await painter.toBlob()});
      if (version !== state.version) { say('The hole was changed meanwhile; press Reconstruct again.'); return; }
      state.fields = fields;
      showAnswers(found);
      say(more.confidence && !found.confidence ? 'Nothing is known of how sure this is.' : 'Slide over the picture to compare it with the input.');
    });
  }

  async function save() {
    await alone('Saving…', async () => {
      const version = state.version, found = await ask('save', {...state.fields, mask: await painter.toBlob()});
      say('Saved.');
      if (version !== state.version) return;
      state.saved = true;
      find('written').textContent = `Written to ${found.folder}: ${found.files.join(', ')}.`;
    });
  }

  const number = (id, low, high) => String(Math.min(high, Math.max(low, Math.round(+find(id).value || low))));
  document.querySelectorAll('[data-propose]').forEach(b => b.addEventListener('click', () => propose(b.dataset.propose, b.textContent)));
  find('region').addEventListener('click', pickRegions);
  find('measure').addEventListener('click', measure);
  find('reconstruct').addEventListener('click', () => answer({}, 'Reconstructing…'));
  find('plausible').addEventListener('click', () => answer({samples: number('samples', 1, 16), seed: number('seed', 0, 999999999)}, 'Drawing pictures that could have been…'));
  find('sure').addEventListener('click', () => answer({confidence: 'true'}, 'Computing how sure it is…'));
  find('save').addEventListener('click', save);
  painter.addEventListener('change', forget);
  addEventListener('beforeunload', e => { if (!state.saved && !state.ended) e.preventDefault(); }); // a painted hole ends with its page
  addEventListener('pageshow', e => { if (e.persisted) location.reload(); });

  // -- as long as this answer is open, the page is there; the program ends when it closes, and the page says so when the program ends

  const life = fetch('/alive', {headers}).then(async ({ok, body}) => {
    if (!ok) return;
    const reader = body.getReader();
    while (!(await reader.read()).done);
    ended();
  }).catch(ended);

  try {
    state.about = await ask('about');
    painter.setImage(await createImageBitmap(await ask('photograph'), {colorSpaceConversion: 'none'}));
    find('name').textContent = state.about.name;
    document.title = `${state.about.name} - frecon paint`;
    find('drawing').hidden = !state.about.plausible;
    find('sure').hidden = !state.about.confidence;
    find('how').textContent = `Paint what is missing or hidden, then press Reconstruct. ${state.about.align ? 'The face is found and restored in its normal form. ' : ''}Saved files go to the folder ${state.about.out}. Everything stays on this machine; closing this page ends the program.`;
    say(`Model ${state.about.model}${state.about.align ? '' : '. It has seen upright, aligned faces that fill the picture: for any other photograph start with --align'}.`);
  } catch (error) { state.about = null; say(error.message, true); }
  refresh();
  return {painter, state, ask, life};
}

start().then(page => { window.page = page; }); // for tests, and for the console
