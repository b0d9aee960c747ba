// The page on which a hole is painted and filled. Pictures stay on the reader's machine.
import {MaskPainter, beforeAfter} from './mask_painter.js';

const find = id => document.getElementById(id);
const EYES = [[.375, .46875], [.625, .46875]]; // of the normal form: (192,240) and (320,240) of 512

const PATIENCE = 250; // ms for a picture of 256 px: a GPU that needs longer does not take over

export function worker(files, backend, heard, side = 256) { // {ready: promise of its milliseconds, run: message -> promise of the answer}
  const made = new Worker(new URL('./worker.js', import.meta.url), {type: 'module'}), waiting = new Map();
  let count = 0, leaving = false;
  const ready = new Promise((done, failed) => {
    made.onmessage = ({data}) => {
      if (data.type === 'progress') heard(data.share);
      else if (data.type === 'ready') done(data.milliseconds);
      else if (waiting.has(data.id)) {
        const [resolve, reject] = waiting.get(data.id);
        waiting.delete(data.id);
        if (data.type === 'error') reject(new Error(data.text)); else resolve(data);
        if (leaving) stop();
      } else failed(new Error(data.text));
    };
    made.onerror = event => failed(new Error(event.message || 'the worker cannot be started; use a current browser'));
  });
  made.postMessage({type: 'load', files, backend, side});
  const stop = () => { leaving = true; if (!waiting.size) made.terminate(); }; // as soon as nobody waits for it
  const run = message => new Promise((...pair) => { waiting.set(++count, pair); made.postMessage({type: 'run', id: count, ...message}); });
  return {ready, run, stop};
}

async function hasGpu() { // a real one, not a processor that plays one
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter) && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter);
}

export class Restorer { // the model in its worker: WebAssembly, until a GPU that is really there has shown that it is quick
  constructor(files, heard) { Object.assign(this, {files, heard, backend: 'WebAssembly', intervals: files.intervals, draws: Boolean(files.draw)}); }

  get ready() { // a promise; the model is fetched when it is first asked for
    if (!this.worker) {
      this.worker = worker(this.files, 'wasm', this.heard);
      this.started = this.worker.ready;
      this.started.then(hasGpu).then(there => there && this.tryGpu(this.files, this.heard)).catch(() => {}); // whoever waits hears of a failed start
    }
    return this.started;
  }

  async tryGpu(files, heard) {
    const gpu = worker(files, 'webgpu', share => this.worker === gpu && heard(share)), milliseconds = await gpu.ready.catch(() => Infinity);
    if (milliseconds > PATIENCE) { gpu.stop(); return; }
    this.worker.stop();
    Object.assign(this, {worker: gpu, backend: 'the GPU'});
  }

  async restore(picture, mask, seed) { // ImageData, Uint8Array with 1 = hole, and the seed of a plausible picture -> {image: ImageData, milliseconds, and what `confidence` looks at}; known pixels bit for bit
    await this.ready;
    const {width, height, data} = picture, pixels = new Float32Array(3*width*height);
    for (let i = 0; i < width*height; i++) for (let c = 0; c < 3; c++) pixels[3*i + c] = data[4*i + c]/255;
    const found = await this.worker.run({pixels, mask: Float32Array.from(mask), height, width, seed}), image = new ImageData(new Uint8ClampedArray(data), width, height);
    for (let i = 0; i < width*height; i++) if (mask[i]) for (let c = 0; c < 3; c++) image.data[4*i + c] = Math.round(255*found.data[3*i + c]);
    return {image, milliseconds: found.milliseconds, picture, mask, judged: mask, answer: found.data}; // judged: holes about which there is a truth
  }

  async confidence({picture: {width, height}, mask, judged, answer, outside}) { // from `restore` -> as `confidence`; its file is loaded when first asked for
    const found = await this.worker.run({type: 'inspect', file: this.intervals, answer, mask: Float32Array.from(mask), height, width});
    return confidence(found, answer, judged, this.intervals, outside === undefined ? 'any' : isFine(judged, width) ? 'fine' : 'photograph');
  }
}

// -- how far to trust it: forensic_recon.confidence at the level of the file, for a hole of any kind in a face or in a whole photograph

const clip = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));

export function isFine(mask, width) { // Uint8Array with 1 = hole, of the aligned face: forensic_recon.confidence.is_fine, with a chamfer distance (Borgefors 1986)
  const height = mask.length/width, far = Float32Array.from(mask, hole => hole ? width + height : 0);
  for (const way of [1, -1]) for (let n = 0; n < mask.length; n++) {
    const i = way > 0 ? n : mask.length - 1 - n, x = i % width, y = (i - x)/width;
    for (const [dx, dy] of [[-1, 0], [-1, -1], [0, -1], [1, -1]]) {
      const u = x + way*dx, v = y + way*dy;
      if (u >= 0 && u < width && v >= 0 && v < height) far[i] = Math.min(far[i], far[v*width + u] + Math.hypot(dx, dy));
    }
  }
  let sum = 0, holes = 0;
  mask.forEach((hole, i) => { if (hole) { sum += far[i]; holes++; } });
  return sum/holes < 3*height/512;
}

export function confidence({lower, upper, unlike}, answer, mask, said, cell = 'any') { // bounds (3,N) in [-1,1] from the worker, answer (N,3) in [0,1], mask (N), `intervals` of files.json and one of its cells
  const size = mask.length, widths = new Float32Array(size), bounds = said.cells[cell], {factor} = said.cells.any, ratio = bounds?.factor/factor;
  let holes = 0, width = 0, square = 0;
  if (!bounds) throw new Error('The intervals of this model were not calibrated for whole photographs.');
  for (let i = 0; i < size; i++) if (mask[i]) {
    for (let c = 0; c < 3; c++) {
      const low = lower[c*size + i]/2 + .5, high = upper[c*size + i]/2 + .5, value = answer[3*i + c];
      square += ((value - low)**2 + (high - value)**2)/6;
      widths[i] += (clip(value + ratio*(high - value)) - clip(value - ratio*(value - low)))/3;
    }
    holes++; width += widths[i];
  }
  if (!holes) throw new Error('No part of the hole lies in the aligned face, so nothing is known of it.');
  const psnr = count => -10*Math.log10(square/(1.645*factor)**2/count), [slope, intercept] = said.line; // the error that the widths before calibration expect
  return {widths, width: width/holes, cell, psnr: psnr(holes) - bounds.psnr, identity: Math.max(clip(slope*psnr(size) + intercept, -1, 1) - bounds.identity, -1), unlike, threshold: cell === 'any' ? said.unlike : said.unlikePhotograph, missing: holes/size, holes: said.holes};
}

const coloursOf = ({colours}) => Uint8Array.from(colours.match(/../g), pair => parseInt(pair, 16)); // 256 of red, green, blue
const percent = share => `${Math.round(100*share)} %`;

export function warning({unlike, threshold, missing, holes: [least, most]}) { // one line where the promises may not hold
  const reasons = [];
  if (unlike > threshold) reasons.push(`the picture is unlike those of the training (score ${unlike.toFixed(2)}; 5 % of faces like them lie above ${threshold.toFixed(2)}): its intervals and bounds may not hold`);
  if (missing < least || missing > most) reasons.push(`the hole covers ${+(100*missing).toPrecision(2)} % of the aligned face, and intervals and bounds were calibrated on ${Math.round(100*least)}% to ${Math.round(100*most)}%`);
  return reasons.join('; ');
}

export const howSure = sure => `How sure: a map and bounds stand below.${warning(sure) && ` Warning: ${warning(sure)}.`}`; // with the warning that was raised

export function confidenceMap({widths}, {width, height, data}, mask, said) { // ImageData: widths as colours over the gray picture
  const map = new ImageData(width, height), colours = coloursOf(said);
  mask.forEach((hole, i) => {
    const at = 3*Math.round(255*clip(widths[i]/said.widest)), gray = Math.floor(.2*(data[4*i] + data[4*i + 1] + data[4*i + 2]));
    for (let c = 0; c < 3; c++) map.data[4*i + c] = hole ? colours[at + c] : gray;
    map.data[4*i + 3] = 255;
  });
  return map;
}

export function similarity([[ax, ay], [bx, by]], [[px, py], [qx, qy]]) { // the canvas transform [a,b,c,d,e,f] that takes two points to two points
  const [dx, dy, ex, ey] = [bx - ax, by - ay, qx - px, qy - py], square = dx*dx + dy*dy;
  const a = (ex*dx + ey*dy)/square, b = (ey*dx - ex*dy)/square;
  return [a, b, -b, a, px - a*ax + b*ay, py - b*ax - a*ay];
}

export function inverse([a, b, c, d, e, f]) {
  const n = a*d - b*c;
  return [d/n, -b/n, -c/n, a/n, (c*f - d*e)/n, (b*e - a*f)/n];
}

export function drawn(source, width, height, transform = [1, 0, 0, 1, 0, 0]) { // a canvas with the source in it
  const canvas = Object.assign(document.createElement('canvas'), {width, height}), context = canvas.getContext('2d', {willReadFrequently: true});
  context.imageSmoothingQuality = 'high';
  context.setTransform(...transform);
  context.drawImage(source, 0, 0);
  return canvas;
}

// -- the page

const NOTICE = 'AI reconstruction of missing regions. Investigative lead only; not for identification or one-to-one comparison.';
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia'; // IPTC NewsCodes
const XMP = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool="forensic_recon" Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPE}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

function chunk(kind, text) { // of a PNG: length, kind, text, check sum
  const body = new TextEncoder().encode(kind + text), out = new Uint8Array(body.length + 8), view = new DataView(out.buffer);
  let sum = -1;
  for (const byte of body) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  view.setUint32(0, body.length - 4);
  out.set(body, 4);
  view.setUint32(body.length + 4, ~sum >>> 0);
  return out;
}

export async function labelled(blob, seed) { // a PNG that says what it is, as frecon reconstruct writes it
  const png = new Uint8Array(await blob.arrayBuffer()), head = 33; // signature, and IHDR
  return new Blob([png.slice(0, head), chunk('tEXt', `Warning\0${NOTICE}`), ...(seed === undefined ? [] : [chunk('tEXt', `Comment\0One of many possible pictures, seed ${seed}.`)]), chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${XMP}`), png.slice(head)], {type: 'image/png'});
}
const START = 'Paint a hole, then press Reconstruct.', DRAWN = 3; // plausible pictures beside the average
const LARGEST = 4096; // px; browsers limit canvases, and a mask of more is slow to paint

const PAGE = `
<div class="panes">
  <div id="paint"></div>
  <div id="found"><div id="compare" hidden></div><div id="answers" role="group" aria-label="Answers" hidden></div><p id="which" hidden></p><p id="notice" hidden></p></div>
  <div id="actions">
    <div class="bar">
      <button type="button" id="restore" class="first" disabled>Reconstruct</button>
      <button type="button" id="how" aria-expanded="false" aria-controls="sure" title="How far to trust the average: a map, and bounds" disabled>How sure?</button>
      <button type="button" id="download" title="The picture that is shown" disabled>Save reconstruction</button>
      <label><input type="checkbox" id="live"> after every stroke</label>
    </div>
    <div class="bar"><progress id="progress" max="1" value="0" aria-label="Loading" hidden></progress><span id="told" role="status" aria-live="polite"></span></div>
    <div class="bar">
      <button type="button" id="own">Your photograph</button><input id="file" type="file" accept="image/*" hidden aria-label="Photograph">
      <button type="button" id="eyes" title="For a whole photograph: the face is aligned by its eyes, as the model has seen faces">Mark the eyes</button>
      <button type="button" id="example">Example portrait</button>
      <label>Work at <select id="side" aria-label="Side of the aligned face in pixels"><option value="256">256 px</option><option value="512">512 px</option></select></label>
    </div>
  </div>
</div>
<section id="sure" aria-label="How sure the reconstruction is" hidden>
  <figure><canvas role="img"></canvas><div class="scale"></div><div class="ends"><span>0 %</span><span class="end"></span></div><figcaption></figcaption></figure>
  <div class="said"></div>
</section>`;

const AVERAGE = 'The average of all that the hole may have held: closest to the truth in its values, and soft where it could be many things.';
const plausible = seed => `One of many possible pictures, seed ${seed}. Another seed gives another face; none of them is evidence of what was there.`;

const words = (sure, said) => `${warning(sure) ? `<p class="warning" role="alert">Warning: ${warning(sure)}.</p>` : ''}
<dl>
  <dt>Intervals</dt><dd>${percent(said.level)} of the hole values are expected within intervals of ${percent(sure.width)} of the range on average. Violet is narrow; where it is yellow, the picture is little more than a guess.</dd>
  <dt>PSNR in the hole</dt><dd>at least ${sure.psnr.toFixed(1)} dB, with a probability of ${percent(said.level)}</dd>
  <dt>Similarity to the true face</dt><dd>at least ${sure.identity.toFixed(2)} of 1 to a face recogniser, with a probability of ${percent(said.level)}</dd>
  <dt>Unlike the training's pictures</dt><dd>${sure.unlike.toFixed(2)}; above ${sure.threshold.toFixed(2)} a warning stands here</dd>
</dl>
<p>Calibrated with ${said.images} ${sure.cell === 'any' ? 'upright, aligned faces' : 'faces that were put into photographs and aligned by their eyes, at a side'} of ${said.size} px; the promise is an average over faces and holes like theirs. <b>None of this says who the person is: the face may be another person's, so it stays an investigative lead.</b></p>`;

const STYLE = `
#try .bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; }
#try .bar button, #try .bar select { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 5px; padding: 3px 10px; min-height: 32px; cursor: pointer; }
#try .bar button:disabled { opacity: .4; cursor: default; }
#try .bar select option { color: black; background: white; }
#try .panes { display: grid; grid-template: "paint found" auto "actions found" 1fr / minmax(0, 452px) minmax(0, 452px); gap: 4px 24px; }
#try #paint { grid-area: paint; }
#try #found { grid-area: found; }
#try #actions { grid-area: actions; min-width: 0; }
@media (max-width: 800px) { #try .panes { grid-template: "paint" "actions" "found" / minmax(0, 1fr); } }
#try .mask-painter .view { order: -1; align-self: flex-start; border: 0; }
#try .mask-painter .status { order: -1; }
#try #compare, #try #compare img { width: 100%; }
#try #answers { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0; }
#try #answers[hidden] { display: none; }
#try #answers button { font: inherit; font-size: .85em; color: inherit; background: transparent; border: 2px solid transparent; border-radius: 5px; padding: 3px; cursor: pointer; width: 82px; }
#try #answers #another { border: 1px dashed currentColor; min-height: 82px; }
#try #answers button:disabled { opacity: .4; cursor: default; }
#try #answers button[aria-pressed=true] { border-color: rgb(230, 40, 110); }
#try #answers canvas { display: block; width: 100%; }
#try #which { margin: 0 0 .4em; }
#try .bar .first { background: rgb(230, 40, 110); border-color: rgb(230, 40, 110); color: white; }
#try .bar [aria-expanded=true] { background: color-mix(in srgb, currentColor 15%, transparent); }
#try #sure { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 14px 0; }
#try #sure[hidden] { display: none; }
#try #sure[aria-busy=true] { opacity: .4; }
#try #sure figure { margin: 0; width: fit-content; max-width: 100%; }
#try #sure canvas { display: block; max-width: 100%; }
#try #sure .scale { height: 10px; margin-top: 6px; }
#try #sure .ends { display: flex; justify-content: space-between; }
#try #sure figcaption, #try #sure .ends { font-size: .85em; }
#try #sure figcaption { contain: inline-size; }
#try #sure .said { flex: 1 1 18em; max-width: 40em; }
#try #sure .said > * { margin: 0 0 .6em; }
#try #sure dt { font-weight: 600; }
#try #sure dd { margin: 0 0 .4em; }
#try #sure .warning { border: 2px solid rgb(230, 40, 110); border-radius: 5px; padding: 6px 10px; font-weight: 600; }
#try #notice { margin: 0; font-weight: 600; font-size: .9em; }
`;

const megabytes = files => `${Math.round(files.reduce((sum, f) => sum + f.bytes, 0)/1e6)} MB`;

export async function start(root) { // what the page offers to tests and to the console
  root.innerHTML = `<style>${STYLE}</style>${PAGE}`;
  const say = text => { find('told').textContent = text; }, painter = new MaskPainter(find('paint'), {least: 448, folded: true});
  const list = await fetch(new URL('./files.json', import.meta.url)).catch(() => ({}));
  if (!list.ok) { say('The list of the model files cannot be loaded; reload the page.'); return null; }
  const files = await list.json(); // {model, runtimes: {wasm, webgpu}, intervals: {name, bytes, sha256, and the module of a runtime or what `confidence` must know}, pictures: {side: name}}
  const size = megabytes([files.model, files.runtimes.wasm]), first = `${START} Your first stroke fetches the model and what runs it: ${size}, from this site.`;
  let source, eyes = null, begun = false, broken = false, busy = false, again = false;
  let answers = [], chosen = 0, shown = null, described = null, sure = null; // answers: the average, and plausible pictures; shown: what made the average that is seen; described: the same, once the panel speaks of it; sure: its confidence

  const restorer = new Restorer(files, share => { Object.assign(find('progress'), {value: share, hidden: false}); });
  const refresh = () => { find('restore').disabled = broken || busy || !painter.count; find('how').disabled = !shown; find('download').disabled = !answers.length; };
  const idle = () => say(begun ? START : first);
  find('how').hidden = !files.intervals; // a model without them

  function begin() { // fetch the model, once
    if (begun) return;
    begun = true;
    say(`Fetching the model and what runs it, ${size}…`);
    restorer.ready.then(() => busy || say(START), error => { broken = true; say(error.message); }).then(() => { find('progress').hidden = true; refresh(); });
  }

  async function show(picture) { // an image element or bitmap
    const [w, h] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height], scale = Math.min(1, LARGEST/Math.max(w, h));
    source = drawn(picture, Math.round(w*scale), Math.round(h*scale), [scale, 0, 0, scale, 0, 0]);
    [eyes, shown] = [null, null];
    forget();
    open(false);
    find('compare').hidden = find('which').hidden = find('notice').hidden = true;
    painter.setImage(source);
    refresh();
  }

  async function example() {
    const image = new Image(), side = +find('side').value;
    image.src = new URL(files.pictures[side], import.meta.url).href;
    await image.decode();
    await show(image);
  }

  async function load(file) {
    try { await show(await createImageBitmap(file, {imageOrientation: 'from-image'})); } catch { say(`${file.name} is not a picture that this browser can read`); return; }
    const square = source.width === source.height;
    say(square ? 'Paint a hole. If this is not an aligned face, mark the eyes first.' : 'A whole photograph: mark the eyes, then paint a hole.');
  }

  async function alone(task) { // one after the other; where the panel is open, it follows
    busy = true; refresh();
    try { await task(); if (isOpen() && shown !== described) await tell(); } catch (error) { say(error.message); } finally {
      busy = false; find('progress').hidden = true; refresh();
      if (again) { again = false; restore(); }
    }
  }

  const canvasOf = image => { const canvas = drawn(painter.picture, image.width, image.height); canvas.getContext('2d').putImageData(image, 0, 0); return canvas; };
  function forget() { answers = []; find('answers').hidden = true; find('answers').replaceChildren(); }

  function choose(k) { // which answer is seen and saved
    const {image, seed} = answers[chosen = k];
    find('compare').querySelector('.after').src = canvasOf(image).toDataURL();
    find('which').textContent = seed === undefined ? AVERAGE : plausible(seed);
    [...find('answers').querySelectorAll('[aria-pressed]')].forEach((b, i) => b.setAttribute('aria-pressed', i === k));
  }

  function add(answer) { // an answer, with a button that shows it
    const button = Object.assign(document.createElement('button'), {type: 'button'}), k = answers.push(answer) - 1;
    button.append(canvasOf(answer.image), answer.seed === undefined ? 'average' : `plausible ${k}`);
    button.setAttribute('aria-pressed', false);
    button.onclick = () => choose(k);
    find('answers').insertBefore(button, find('another'));
  }

  async function restore() {
    if (busy) { again = true; return; }
    begin();
    await alone(async () => {
      const mask = painter.mask.slice(), share = painter.coverage, picture = painter.pixels(), of = source;
      if (!share) { say('Nothing is painted yet.'); return; }
      if (share === 1) { say('The hole covers every pixel: nothing known to reconstruct from.'); return; }
      await restorer.ready;
      say('Reconstructing…');
      const answer = seed => eyes ? aligned(picture, mask, seed) : restorer.restore(picture, mask, seed), found = await answer();
      if (of !== source) { idle(); return; } // another picture was opened meanwhile
      const before = new ImageData(new Uint8ClampedArray(picture.data), picture.width, picture.height);
      mask.forEach((hole, i) => { if (hole) before.data.set([128, 128, 128, 255], 4*i); });
      const address = canvasOf(before).toDataURL();
      beforeAfter(find('compare'), address, address);
      forget();
      add(found); choose(0);
      shown = found;
      find('compare').hidden = find('which').hidden = find('notice').hidden = false;
      find('notice').textContent = NOTICE;
      say(`${found.milliseconds.toFixed(0)} ms on this machine, ${restorer.backend}${found.outside ? `; ${found.outside} hole pixels lie outside the aligned face and stay as they were` : ''}.`);
      if (!restorer.draws) return;
      const these = answers, another = Object.assign(document.createElement('button'), {type: 'button', id: 'another', textContent: 'Draw another'});
      another.onclick = () => { if (!busy) alone(() => more(1)); };
      find('answers').append(another);
      find('answers').hidden = false;
      const more = async count => { // until somebody paints or asks for something else
        another.disabled = true;
        try {
          for (let k = 0; k < count && answers === these && !again; k++) {
            if (isOpen() && shown !== described) await tell();
            const seed = answers.length - 1, next = await answer(seed);
            if (answers === these) add({...next, seed});
          }
        } finally { another.disabled = false; }
      };
      refresh();
      await more(DRAWN);
    });
  }

  const isOpen = () => find('how').getAttribute('aria-expanded') === 'true';
  const open = (yes = true) => { find('how').setAttribute('aria-expanded', yes); find('sure').hidden = !yes || described !== shown; };

  async function tell() { // beneath the picture, how far to trust it
    const {intervals} = files, of = shown, {picture, judged} = of, panel = find('sure'), part = name => panel.querySelector(name);
    panel.setAttribute('aria-busy', true);
    try { sure = await restorer.confidence(of); } catch (error) { open(false); throw error; } finally { panel.setAttribute('aria-busy', false); }
    if (of !== shown) return;
    const canvas = Object.assign(part('canvas'), {width: picture.width, height: picture.height}), colours = coloursOf(intervals);
    canvas.getContext('2d').putImageData(confidenceMap(sure, picture, judged, intervals), 0, 0);
    canvas.setAttribute('aria-label', `Widths of the intervals as colours, ${percent(sure.width)} of the range on average`);
    part('.scale').style.background = `linear-gradient(to right, ${Array.from({length: 18}, (_, k) => `rgb(${colours.subarray(45*k, 45*k + 3)})`)})`;
    part('.end').textContent = `${percent(intervals.widest)} or more`;
    part('figcaption').textContent = `Width of the ${percent(intervals.level)} interval of each value of the hole; what is known is gray.${of.outside === undefined ? '' : " The map shows the face as it was aligned for the model; of holes outside of it nothing is known."}`;
    part('.said').innerHTML = words(sure, intervals);
    described = of;
    open(isOpen());
  }

  async function aligned(picture, mask, seed) { // bring the face to the normal form, restore, take the hole pixels back
    const side = +find('side').value, to = similarity(eyes, EYES.map(p => p.map(v => v*side)));
    const face = drawn(painter.picture, side, side, to).getContext('2d').getImageData(0, 0, side, side);
    const hole = drawn(painter.toCanvas(), side, side, to).getContext('2d').getImageData(0, 0, side, side);
    const small = Uint8Array.from({length: side*side}, (_, i) => hole.data[4*i] > 0 || face.data[4*i + 3] < 255 ? 1 : 0); // beyond the border nothing is known
    const judged = small.map((is, i) => is && face.data[4*i + 3] === 255 ? 1 : 0); // beyond the border there is nothing to be right about
    const found = await restorer.restore(face, small, seed), back = drawn(canvasOf(found.image), picture.width, picture.height, inverse(to)).getContext('2d').getImageData(0, 0, picture.width, picture.height);
    const image = new ImageData(new Uint8ClampedArray(picture.data), picture.width, picture.height);
    let outside = 0;
    mask.forEach((is, i) => {
      if (!is) return;
      if (back.data[4*i + 3] === 255) image.data.set(back.data.subarray(4*i, 4*i + 3), 4*i); else outside++;
    });
    return {...found, judged, image, outside}; // picture, mask and answer are those of the aligned face
  }

  find('example').onclick = example;
  find('own').onclick = () => find('file').click();
  find('file').onchange = () => { const [file] = find('file').files; find('file').value = ''; if (file) load(file); };
  find('restore').onclick = restore;
  find('how').onclick = () => {
    open(!isOpen());
    if (busy) return; // what is being done sees whether it is open
    if (!isOpen()) { idle(); return; }
    const done = () => isOpen() ? say(howSure(sure)) : idle();
    if (described === shown) done(); else alone(async () => { say('Working out how sure…'); await tell(); done(); });
  };
  find('side').onchange = () => { if (!eyes && files.pictures[source.width] && source.width === source.height) example(); };
  find('eyes').onclick = async () => {
    say('Click the eye on the left, then the eye on the right.');
    const points = await painter.pick(2);
    if (!points) { say('The eyes were not marked.'); return; }
    points.sort((a, b) => a[0] - b[0]);
    if (Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]) < 8) { say('The two eyes are on the same place; mark them again.'); return; }
    eyes = points;
    painter.marks = points; painter.show();
    say('The face will be aligned by these eyes. Paint a hole, then press Reconstruct.');
  };
  find('download').onclick = () => {
    const {image, seed} = answers[chosen];
    canvasOf(image).toBlob(async blob => {
      const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(await labelled(blob, seed)), download: seed === undefined ? 'reconstruction.png' : `plausible-seed-${seed}.png`});
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
    }, 'image/png');
  };
  painter.addEventListener('change', () => {
    forget(); refresh();
    if (painter.count && !broken) { begin(); if (find('live').checked) restore(); }
  });
  root.addEventListener('dragover', event => event.preventDefault());
  root.addEventListener('drop', event => { event.preventDefault(); const [file] = event.dataTransfer.files; if (file) load(file); });
  await example();
  idle();
  return {painter, restorer, restore, show, sure: () => sure};
}
