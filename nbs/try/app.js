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
  constructor(files, heard) {
    Object.assign(this, {worker: worker(files, 'wasm', heard), backend: 'WebAssembly'});
    this.ready = this.worker.ready;
    this.ready.then(hasGpu).then(there => there && this.tryGpu(files)).catch(() => {}); // the page hears of a failed start by `ready`
  }

  async tryGpu(files) {
    const gpu = worker(files, 'webgpu', () => {}), milliseconds = await gpu.ready.catch(() => Infinity);
    if (milliseconds > PATIENCE) { gpu.stop(); return; }
    this.worker.stop();
    Object.assign(this, {worker: gpu, backend: 'the GPU'});
  }

  async restore(picture, mask) { // ImageData, and Uint8Array with 1 = hole -> {image: ImageData, milliseconds}; known pixels bit for bit
    await this.ready;
    const {width, height, data} = picture, pixels = new Float32Array(3*width*height);
    for (let i = 0; i < width*height; i++) for (let c = 0; c < 3; c++) pixels[3*i + c] = data[4*i + c]/255;
    const found = await this.worker.run({pixels, mask: Float32Array.from(mask), height, width}), image = new ImageData(new Uint8ClampedArray(data), width, height);
    for (let i = 0; i < width*height; i++) if (mask[i]) for (let c = 0; c < 3; c++) image.data[4*i + c] = Math.round(255*found.data[3*i + c]);
    return {image, milliseconds: found.milliseconds};
  }
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
const LARGEST = 4096; // px; browsers limit canvases, and a mask of more is slow to paint

const PAGE = `
<div class="bar">
  <button type="button" id="example">Example portrait</button>
  <button type="button" id="own">Your photograph</button><input id="file" type="file" accept="image/*" hidden aria-label="Photograph">
  <button type="button" id="eyes" title="For a whole photograph: the face is aligned by its eyes, as the model has seen faces">Mark the eyes</button>
  <label>Work at <select id="side" aria-label="Side of the aligned face in pixels"><option value="256">256 px</option><option value="512">512 px</option></select></label>
</div>
<div class="panes"><div id="paint"></div><div><div id="compare" hidden></div><p id="notice" hidden></p></div></div>
<div class="bar">
  <button type="button" id="restore" disabled>Reconstruct</button>
  <label><input type="checkbox" id="live"> after every stroke</label>
  <button type="button" id="download" disabled>Save reconstruction</button>
  <progress id="progress" max="1" value="0" aria-label="Loading the model"></progress>
  <span id="told" role="status" aria-live="polite">Loading the model…</span>
</div>`;

const STYLE = `
#try .bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; }
#try .bar button, #try .bar select { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 5px; padding: 3px 10px; min-height: 32px; cursor: pointer; }
#try .bar button:disabled { opacity: .4; cursor: default; }
#try .bar select option { color: black; background: white; }
#try .panes { display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-end; }
#try .panes > div { min-width: 0; max-width: 100%; }
#try #notice { max-width: 32em; font-weight: 600; }
`;

export async function start(root) { // what the page offers to tests and to the console
  root.innerHTML = `<style>${STYLE}</style>${PAGE}`;
  const say = text => { find('told').textContent = text; }, painter = new MaskPainter(find('paint'));
  const list = await fetch(new URL('./files.json', import.meta.url)).catch(() => ({}));
  if (!list.ok) { say('The list of the model files cannot be loaded; reload the page.'); return null; }
  const files = await list.json(); // {model, runtimes: {wasm, webgpu}: {name, bytes, sha256, and the module of a runtime}, pictures: {side: name}}
  let source, eyes = null, result = null, busy = false, again = false;

  const restorer = new Restorer(files, share => { find('progress').value = share; });
  restorer.ready.then(() => { find('progress').hidden = true; say('Paint a hole, then press Reconstruct.'); refresh(); }, error => { find('progress').hidden = true; say(error.message); });
  const refresh = () => { find('restore').disabled = !find('progress').hidden || busy || !painter.count; find('download').disabled = !result; };

  async function show(picture) { // an image element or bitmap
    const [w, h] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height], scale = Math.min(1, LARGEST/Math.max(w, h));
    source = drawn(picture, Math.round(w*scale), Math.round(h*scale), [scale, 0, 0, scale, 0, 0]);
    [eyes, result] = [null, null];
    find('compare').hidden = find('notice').hidden = true;
    painter.setImage(source);
    refresh();
  }

  async function example() {
    const image = new Image(), side = +find('side').value;
    image.src = new URL(files.pictures[side], import.meta.url).href;
    await image.decode();
    await show(image);
  }

  async function open(file) {
    try { await show(await createImageBitmap(file, {imageOrientation: 'from-image'})); } catch { say(`${file.name} is not a picture that this browser can read`); return; }
    const square = source.width === source.height;
    say(square ? 'Paint a hole. If this is not an aligned face, mark the eyes first.' : 'A whole photograph: mark the eyes, then paint a hole.');
  }

  async function restore() {
    if (busy) { again = true; return; }
    busy = true; refresh();
    try {
      const mask = painter.mask.slice(), share = painter.coverage, picture = painter.pixels();
      if (!share) { say('Nothing is painted yet.'); return; }
      if (share === 1) { say('The hole covers every pixel: nothing known to reconstruct from.'); return; }
      say('Reconstructing…');
      const found = await (eyes ? aligned(picture, mask) : restorer.restore(picture, mask));
      result = found.image;
      const address = image => { const canvas = drawn(painter.picture, image.width, image.height); canvas.getContext('2d').putImageData(image, 0, 0); return canvas.toDataURL(); };
      const before = new ImageData(new Uint8ClampedArray(picture.data), picture.width, picture.height);
      mask.forEach((hole, i) => { if (hole) before.data.set([128, 128, 128, 255], 4*i); });
      beforeAfter(find('compare'), address(before), address(result));
      find('compare').hidden = find('notice').hidden = false;
      find('notice').textContent = NOTICE;
      say(`${found.milliseconds.toFixed(0)} ms on this machine, ${restorer.backend}${found.outside ? `; ${found.outside} hole pixels lie outside the aligned face and stay as they were` : ''}.`);
    } catch (error) { say(error.message); } finally {
      busy = false; refresh();
      if (again) { again = false; restore(); }
    }
  }

  async function aligned(picture, mask) { // bring the face to the normal form, restore, take the hole pixels back
    const side = +find('side').value, to = similarity(eyes, EYES.map(p => p.map(v => v*side)));
    const face = drawn(painter.picture, side, side, to).getContext('2d').getImageData(0, 0, side, side);
    const hole = drawn(painter.toCanvas(), side, side, to).getContext('2d').getImageData(0, 0, side, side);
    const small = Uint8Array.from({length: side*side}, (_, i) => hole.data[4*i] > 0 || face.data[4*i + 3] < 255 ? 1 : 0); // beyond the border nothing is known
    const found = await restorer.restore(face, small), canvas = drawn(painter.picture, side, side);
    canvas.getContext('2d').putImageData(found.image, 0, 0);
    const back = drawn(canvas, picture.width, picture.height, inverse(to)).getContext('2d').getImageData(0, 0, picture.width, picture.height);
    const image = new ImageData(new Uint8ClampedArray(picture.data), picture.width, picture.height);
    let outside = 0;
    mask.forEach((is, i) => {
      if (!is) return;
      if (back.data[4*i + 3] === 255) image.data.set(back.data.subarray(4*i, 4*i + 3), 4*i); else outside++;
    });
    return {image, milliseconds: found.milliseconds, outside};
  }

  find('example').onclick = example;
  find('own').onclick = () => find('file').click();
  find('file').onchange = () => { const [file] = find('file').files; find('file').value = ''; if (file) open(file); };
  find('restore').onclick = restore;
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
    const canvas = drawn(painter.picture, result.width, result.height);
    canvas.getContext('2d').putImageData(result, 0, 0);
    canvas.toBlob(blob => {
      const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(blob), download: 'reconstruction.png'});
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
    }, 'image/png');
  };
  painter.addEventListener('change', () => { result = null; refresh(); if (find('live').checked && find('progress').hidden && painter.count) restore(); });
  root.addEventListener('dragover', event => event.preventDefault());
  root.addEventListener('drop', event => { event.preventDefault(); const [file] = event.dataTransfer.files; if (file) open(file); });
  await example();
  return {painter, restorer, restore, show};
}
