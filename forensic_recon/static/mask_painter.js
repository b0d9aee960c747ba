// Paint the holes of a picture. One module for the site and for notebooks (anywidget); it depends on nothing and loads nothing.
//
// A mask is a Uint8Array of height*width bytes in reading order, 1 = hole. In files white is hole, as on the command line.

export const FAMILIES = ['scatter', 'holes', 'strokes', 'block'];
export const BANDS = {light: [.1, .3], medium: [.3, .5], severe: [.5, .7]};

export function bandOf(share) { // a border belongs to the upper band, 0.7 to severe
  for (const [name, [low, high]] of Object.entries(BANDS)) if (share >= low && share < high || share === .7 && high === .7) return name;
  return null;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The families of the measuring protocol, bit for bit those of forensic_recon.masks.draw_mask (location 'anywhere').

const ROUND_CONSTANTS = (() => { // of SHA-256: the first 32 bits of the fractional parts of the cube roots of the first 64 primes
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
  const fraction = (n, root) => { // exact: the largest x with x^root <= n*2^(32*root), without its whole part
    const goal = BigInt(n) << BigInt(32*root);
    let low = 0n, high = 1n << 40n;
    while (high - low > 1n) { const middle = (low + high) >> 1n; if (middle**BigInt(root) <= goal) low = middle; else high = middle; }
    return Number(low & 0xffffffffn);
  };
  return {cubes: primes.map(p => fraction(p, 3)), squares: primes.slice(0, 8).map(p => fraction(p, 2))};
})();

export function sha256(bytes) { // FIPS 180-4; crypto.subtle is missing on pages that come over plain http. Uint8Array -> Uint8Array(32)
  const length = Math.ceil((bytes.length + 9)/64)*64, padded = new Uint8Array(length), view = new DataView(padded.buffer);
  padded.set(bytes); padded[bytes.length] = 128;
  view.setUint32(length - 4, bytes.length*8); view.setUint32(length - 8, Math.floor(bytes.length/2**29));
  const state = Uint32Array.from(ROUND_CONSTANTS.squares), w = new Uint32Array(64), right = (x, n) => x >>> n | x << 32 - n;
  for (let offset = 0; offset < length; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + 4*i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (right(a, 7) ^ right(a, 18) ^ a >>> 3) + w[i - 7] + (right(b, 17) ^ right(b, 19) ^ b >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const first = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (e & f ^ ~e & g) + ROUND_CONSTANTS.cubes[i] + w[i] | 0;
      const second = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + first | 0, c, b, a, first + second | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] += x; });
  }
  const out = new Uint8Array(32);
  state.forEach((x, i) => new DataView(out.buffer).setUint32(4*i, x));
  return out;
}

function counterStart(...names) { // the start of a stream of random numbers, BigInt in [0, 2^64)
  const digest = sha256(new TextEncoder().encode(names.join('\x1f').normalize('NFC')));
  return new DataView(digest.buffer).getBigUint64(0);
}

function randomWords(start, count) { // SplitMix64; BigUint64Array, which keeps 64 bits of every product
  const z = new BigUint64Array(count), t = new BigUint64Array(1);
  for (let i = 0; i < count; i++) {
    t[0] = start + BigInt(i + 1)*0x9E3779B97F4A7C15n;
    t[0] = (t[0] ^ t[0] >> 30n)*0xBF58476D1CE4E5B9n;
    t[0] = (t[0] ^ t[0] >> 27n)*0x94D049BB133111EBn;
    z[i] = t[0] ^ t[0] >> 31n;
  }
  return z;
}

export function hashNormal(seed, key, n) { // standard normal numbers by Box and Muller; Float32Array, within 1e-6 those of Python's hash_normal
  const words = randomWords(counterStart(seed, 'normal', key), Math.ceil(n/2)), z = new Float32Array(n);
  words.forEach((word, i) => {
    const u = (2*Number(word >> 41n) + 1)*2**-24, v = Number((word & 0xFFFFFFFFn) >> 8n)*2**-24;
    const radius = Math.sqrt(-2*Math.log(u)), angle = 2*Math.PI*v;
    z[2*i] = radius*Math.cos(angle);
    if (2*i + 1 < n) z[2*i + 1] = radius*Math.sin(angle);
  });
  return z;
}

const upper = word => Number(word >> 32n);                                          // in [0, 2^32)
const below = (word, n) => Number((word >> 32n)*BigInt(n) >> 32n);                  // in [0, n)
const at = (fraction, n) => Number(BigInt(fraction)*BigInt(n) >> 32n);              // in [0, n)
const sideOf = (word, low, high, h, w) => Math.floor((below(word, (high - low)*256 + 1) + low*256)*Math.min(h, w)/512); // 1/256 px

function discInsets(side) { // pixels left out at each end of every row of a disc
  return Array.from({length: side}, (_, j) => {
    let inside = 0;
    for (let i = 0; i < side; i++) if ((2*j + 1 - side)**2 + (2*i + 1 - side)**2 <= side*side) inside++;
    return (side - inside)/2;
  });
}

function drawHoles(count, h, w, start) { // [top, left, side, is a disc]
  const words = randomWords(start, 7*count), shapes = [];
  for (let n = 0; n < count; n++) {
    const word = words.subarray(7*n, 7*n + 7), side = Math.max(1, sideOf(word[5], 10, 30, h, w) + 128 >> 8);
    shapes.push([at(upper(word[0]), h + side) - side, at(upper(word[1]), w + side) - side, side, word[6] >> 63n === 1n]);
  }
  return shapes;
}

const SINE = [0, 1606, 3196, 4756, 6270, 7723, 9102, 10394, 11585, 12665, 13623, 14449, 15137, 15679, 16069, 16305, 16384];
const half = [...SINE.slice(0, 16), ...SINE.slice(1).reverse()], SINES = [...half, ...half.map(s => -s)]; // 64 directions, unit 2^-14

function drawStrokes(count, h, w, start, pieces = 8, stamps = 6) { // stamps of random walks in the order of drawing
  const walks = Math.ceil(count/(pieces*stamps)), words = randomWords(start, (7 + pieces)*walks), shapes = [];
  const modulo = (a, n) => (a % n + n) % n, floorDivide = (a, n) => Math.floor(a/n);
  for (let n = 0; n < walks; n++) {
    const word = words.subarray((7 + pieces)*n, (7 + pieces)*(n + 1)), side = Math.max(256, sideOf(word[5], 12, 48, h, w));
    let turned = 0;
    const angles = Array.from(word.subarray(7)).flatMap(t => { turned += below(t, 21) - 10; return Array(stamps).fill(modulo(below(word[6], 64) + turned, 64)); });
    const corners = [[h, 0], [w, 16]].map(([size, quarter], axis) => { // the sine of an angle a quarter on is its cosine
      let walked = 0;
      const walk = angles.map(angle => walked += floorDivide(side*SINES[(angle + quarter) % 64], 65536));
      const middle = floorDivide(walk.reduce((a, b) => a + b, 0), walk.length), place = at(upper(word[axis]), size*256);
      return walk.map(step => { // mirrored at the border; the rounded upper left corner
        const p = modulo(place + step - middle, size*512);
        return floorDivide(2*(size*256 - Math.abs(p - size*256)) - side + 256, 512);
      });
    });
    corners[0].forEach((top, i) => shapes.push([top, corners[1][i], side + 128 >> 8, true]));
  }
  return shapes;
}

function leadingShapes(draw, pixels, h, w, start) { // as many shapes as fit into `pixels`, and the rest from the next one
  let mask = new Uint8Array(h*w), covered = 0, count = 256, done = 0;
  const most = 2**14*Math.ceil(Math.max(h, w)/Math.min(h, w)), insets = {};
  const fresh = ([top, left, side, disc]) => { // places of a shape that are no hole yet, in reading order
    const places = [], inset = disc ? insets[side] ??= discInsets(side) : null;
    for (let j = Math.max(0, -top); j < side && top + j < h; j++) {
      const out = disc ? inset[j] : 0;
      for (let x = Math.max(0, left + out); x < Math.min(w, left + side - out); x++) if (!mask[(top + j)*w + x]) places.push((top + j)*w + x);
    }
    return places;
  };
  for (;; count *= 4) {
    const shapes = draw(count, h, w, start);
    for (; done < shapes.length; done++) {
      const places = fresh(shapes[done]);
      if (covered + places.length > pixels) { for (const p of places.slice(0, pixels - covered)) mask[p] = 1; return mask; }
      for (const p of places) mask[p] = 1;
      covered += places.length;
    }
    if (covered === pixels) return mask;
    if (count >= most) break;
  }
  for (let p = 0; p < h*w && covered < pixels; p++) if (!mask[p]) { mask[p] = 1; covered++; } // beyond the last shape: everything
  return mask;
}

function drawScatter(pixels, h, w, start) { // the `pixels` smallest of random numbers
  const score = randomWords(start, h*w).map(z => z >> 16n), order = Uint32Array.from(score, (_, i) => i), mask = new Uint8Array(h*w);
  const number = Float64Array.from(score, Number);                                  // 48 bits: exact
  order.sort((a, b) => number[a] - number[b] || a - b);
  for (const i of order.subarray(0, pixels)) mask[i] = 1;
  return mask;
}

function drawBlock(pixels, h, w, start) { // one rectangle of exactly `pixels`, but for the end of its last column
  const mask = new Uint8Array(h*w), words = randomWords(start, 6), root = n => Math.floor(Math.sqrt(n));
  if (!pixels) return mask;
  const low = Math.min(h, Math.max(Math.ceil(pixels/w), root(Math.max(0, Math.floor(pixels/2) - 1)) + 1));
  const high = Math.max(low, Math.min(h, root(2*pixels)));
  const tall = low + below(words[5], high - low + 1), wide = Math.ceil(pixels/tall), surplus = tall*wide - pixels;
  const top = at(upper(words[0]), h - tall + 1), left = at(upper(words[1]), w - wide + 1);
  for (let y = top; y < top + tall; y++) mask.fill(1, y*w + left, y*w + left + wide);
  for (let y = top + tall - surplus; y < top + tall; y++) mask[y*w + left + wide - 1] = 0;
  return mask;
}

const roundHalfEven = x => { const r = Math.round(x); return x % 1 === .5 && r % 2 ? r - 1 : r; }; // as Python rounds

export function drawMask(family, share, key, seed, height, width) { // of exactly round(share*height*width) hole pixels
  if (!FAMILIES.includes(family)) throw new Error(`family ${family} is unknown; choose from ${FAMILIES.join(', ')}`);
  if (!(share >= 0 && share <= 1)) throw new Error(`coverage ${share}: must lie in [0, 1]`);
  const pixels = roundHalfEven(share*height*width), start = counterStart(seed, family, key, 'shapes');
  if (family === 'scatter') return drawScatter(pixels, height, width, start);
  if (family === 'block') return drawBlock(pixels, height, width, start);
  return leadingShapes(family === 'holes' ? drawHoles : drawStrokes, pixels, height, width, start);
}

export function growMask(mask, height, width, px) { // by a disc; a negative number shrinks. The same pixels as grow_mask in Python
  if (px < 0) return growMask(mask.map(v => 1 - v), height, width, -px).map(v => 1 - v);
  const grown = new Uint8Array(mask.length), sums = new Uint32Array(width + 1);
  for (let y = 0; y < height; y++) { // what a row adds to the rows near it
    for (let x = 0; x < width; x++) sums[x + 1] = sums[x] + mask[y*width + x];
    if (!sums[width]) continue;
    for (let j = Math.max(0, y - px); j <= Math.min(height - 1, y + px); j++) {
      const half = Math.floor(Math.sqrt(px*px - (j - y)*(j - y)));
      for (let x = 0; x < width; x++) if (sums[Math.min(width, x + half + 1)] > sums[Math.max(0, x - half)]) grown[j*width + x] = 1;
    }
  }
  return grown;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The painter.

const TOOLS = {brush: ['Brush', 'b'], eraser: ['Eraser', 'e'], rectangle: ['Rectangle', 'r'], polygon: ['Polygon, lasso', 'p']};
const UNDO_STEPS = 100;

const STYLE = `
.mask-painter { --hole: 230, 40, 110; font: 14px/1.4 system-ui, sans-serif; color: inherit; max-width: 100%; display: flex; flex-direction: column; }
.mask-painter fieldset { border: 0; margin: 0; padding: 2px 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.mask-painter button, .mask-painter select, .mask-painter input[type=number] {
  font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 5px; padding: 3px 8px; min-height: 32px; }
.mask-painter select option { color: black; background: white; }
.mask-painter input[type=number] { width: 5em; }
.mask-painter input[type=range] { width: 110px; }
.mask-painter button { cursor: pointer; }
.mask-painter button[aria-pressed=true] { background: rgb(var(--hole)); border-color: rgb(var(--hole)); color: white; }
.mask-painter button:disabled { opacity: .4; cursor: default; }
.mask-painter label { display: inline-flex; gap: 4px; align-items: center; white-space: nowrap; }
.mask-painter .view { overflow: auto; max-width: 100%; max-height: 80vh; border: 1px solid #8888; line-height: 0; }
.mask-painter .sheet { position: relative; display: inline-block; }
.mask-painter .holes { position: absolute; inset: 0; cursor: crosshair; touch-action: none; }
.mask-painter .marks { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; fill: none; stroke: rgb(var(--hole)); }
.mask-painter .marks * { vector-effect: non-scaling-stroke; stroke-width: 1.5px; }
.mask-painter .marks circle { stroke: white; mix-blend-mode: difference; }
.mask-painter .holes:focus-visible { outline: 3px solid rgb(var(--hole)); outline-offset: -3px; }
.mask-painter summary { cursor: pointer; padding: 4px 0; }
@media (max-width: 640px) { .mask-painter .view, .mask-painter .status { order: -1; } .mask-painter input[type=range] { width: 90px; } }
.mask-painter .status { min-height: 1.4em; margin: 4px 0; }
.mask-painter .message { font-weight: 600; color: rgb(var(--hole)); }
`;

const MARKUP = `
<fieldset aria-label="Tools">
  ${Object.entries(TOOLS).map(([name, [label, key]]) => `<button type="button" data-tool="${name}" aria-pressed="false" aria-keyshortcuts="${key}" title="${label} (${key.toUpperCase()})">${label}</button>`).join('')}
  <label>Size <input type="range" data-set="brush" min="1" max="128" value="24" aria-label="Brush size in pixels"></label>
  <button type="button" data-do="undo" title="Undo (Ctrl+Z)">Undo</button><button type="button" data-do="redo" title="Redo (Ctrl+Shift+Z)">Redo</button>
  <button type="button" data-do="clear" title="Clear (Delete)">Clear</button>
</fieldset>
<details><summary>More tools</summary>
<fieldset aria-label="Whole mask">
  <button type="button" data-do="invert" title="Invert (I)">Invert</button>
  <button type="button" data-do="grow" title="Grow by so many pixels (G)">Grow</button><button type="button" data-do="shrink" title="Shrink by so many pixels (S)">Shrink</button>
  <label>by <input type="number" data-set="grow" min="1" max="64" value="2" aria-label="Pixels to grow or shrink by"> px</label>
  <button type="button" data-do="save" title="White is hole">Save mask</button><button type="button" data-do="load" title="A PNG with two values; white is hole">Load mask</button>
  <input type="file" accept="image/png" hidden aria-label="Mask file">
</fieldset>
<fieldset aria-label="View">
  <label>Zoom <button type="button" data-do="zoomOut" aria-label="Zoom out" title="Zoom out (-)">&minus;</button><button type="button" data-do="zoomFit" title="Fit (0)">Fit</button><button type="button" data-do="zoomIn" aria-label="Zoom in" title="Zoom in (+)">+</button></label>
  <label>Opacity <input type="range" data-set="opacity" min="10" max="100" value="60" aria-label="Opacity of the hole colour in percent"></label>
</fieldset>
<fieldset aria-label="Holes of the measuring protocol">
  <label>Holes <select data-set="family" aria-label="Family of holes">${FAMILIES.map(f => `<option>${f}</option>`).join('')}</select></label>
  <label>of <input type="range" data-set="share" min="5" max="70" value="20" aria-label="Coverage in percent"><output data-show="share">20 %</output></label>
  <label>seed <input type="number" data-set="seed" min="0" max="999999" value="0" aria-label="Seed"></label>
  <button type="button" data-do="lay">Lay down</button>
</fieldset>
</details>
<div class="view"><div class="sheet"><canvas class="picture"></canvas><canvas class="holes" tabindex="0" role="img"
  aria-label="Picture. Arrow keys move the brush, space paints, Enter closes a polygon."></canvas><svg class="marks" aria-hidden="true"><circle/><polyline/><path/></svg></div></div>
<div class="status" role="status" aria-live="polite"></div>
<div class="message" role="alert"></div>
`;

const pack = mask => { // positions at which the value changes, beginning with 0
  const runs = [];
  for (let i = 0, value = 0; i < mask.length; i++) if (mask[i] !== value) { runs.push(i); value = mask[i]; }
  return Uint32Array.from(runs);
};
const unpack = (runs, length) => {
  const mask = new Uint8Array(length);
  for (let r = 0; r < runs.length; r += 2) mask.fill(1, runs[r], runs[r + 1] ?? length);
  return mask;
};

export class MaskPainter extends EventTarget { // tells of every change with an event 'change'
  constructor(root, {key = 'painter', least = 0, folded = matchMedia('(max-width: 640px)').matches} = {}) { // least: px of the screen to which a smaller picture is enlarged; folded: the tools that few need; on a phone the picture comes first
    super();
    Object.assign(this, {root, key, least, tool: 'brush', brush: 24, zoom: 1, width: 0, height: 0, mask: new Uint8Array(0), count: 0, past: [], future: [], corners: [], marks: [], pointers: new Map()});
    root.classList.add('mask-painter');
    root.innerHTML = `<style>${STYLE}</style>${MARKUP}`;
    root.querySelector('details').open = !folded;
    [this.picture, this.holes, this.drawing] = root.querySelectorAll('canvas, svg');
    [this.view, this.status, this.message, this.file] = ['.view', '.status', '.message', 'input[type=file]'].map(s => root.querySelector(s));
    root.querySelectorAll('[data-tool]').forEach(b => b.addEventListener('click', () => this.choose(b.dataset.tool)));
    root.querySelectorAll('[data-do]').forEach(b => b.addEventListener('click', () => this[b.dataset.do]()));
    this.field = name => root.querySelector(`[data-set=${name}]`);
    this.field('brush').addEventListener('input', e => { this.brush = +e.target.value; this.show(); });
    const opacity = () => { this.holes.style.opacity = this.field('opacity').value/100; };
    this.field('opacity').addEventListener('input', opacity); opacity();
    this.field('share').addEventListener('input', e => { root.querySelector('[data-show=share]').textContent = `${e.target.value} %`; });
    this.file.addEventListener('change', async () => { const [f] = this.file.files; this.file.value = ''; if (f) await this.read(f).catch(e => { this.message.textContent = e.message; }); });
    const on = (name, handle) => this.holes.addEventListener(name, handle.bind(this));
    on('pointerdown', this.down); on('pointermove', this.move); on('pointerup', this.up); on('pointercancel', this.up); on('pointerleave', () => { this.cursor = null; this.show(); });
    on('dblclick', e => { e.preventDefault(); this.close(); });
    on('wheel', e => { if (e.ctrlKey) { e.preventDefault(); this.setZoom(this.zoom*Math.exp(-e.deltaY/300)); } }); // also two fingers on a touchpad
    on('keydown', this.keydown); // shortcuts act where the picture has the focus, so that nobody's page loses its keys
    this.choose('brush');
  }

  // -- picture and mask

  setImage(source) { // anything a canvas can draw, with width and height; the mask begins empty
    const [width, height] = [source.naturalWidth ?? source.videoWidth ?? source.width, source.naturalHeight ?? source.videoHeight ?? source.height];
    Object.assign(this, {width, height, past: [], future: [], corners: [], marks: []});
    this.replace(new Uint8Array(width*height));
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    for (const canvas of [this.picture, this.holes]) Object.assign(canvas, {width, height});
    this.picture.getContext('2d', {willReadFrequently: true}).drawImage(source, 0, 0);
    this.field('brush').max = Math.max(16, Math.round(Math.min(width, height)/3));
    this.brush = +(this.field('brush').value = Math.max(2, Math.round(Math.min(width, height)/20)));
    this.zoomFit();
    this.changed();
  }

  pixels() { return this.picture.getContext('2d', {willReadFrequently: true}).getImageData(0, 0, this.width, this.height); } // ImageData, RGBA

  setMask(mask, told = true) { // Uint8Array of height*width; one step that can be undone
    if (mask.length !== this.width*this.height) throw new Error(`the mask has ${mask.length} pixels, the picture ${this.width*this.height}`);
    this.remember();
    this.replace(Uint8Array.from(mask, v => v ? 1 : 0));
    this.changed(told);
  }

  get coverage() { return this.count/this.mask.length; }

  // Every change of the mask goes through these two, which know how many pixels are hole and what has to be drawn anew.
  replace(mask) { Object.assign(this, {mask, count: mask.reduce((sum, v) => sum + v, 0), dirty: [0, 0, this.width, this.height]}); }
  fill(y, from, to, value = 1) { // pixels from..to-1 of row y
    if (to <= from) return;
    for (let i = y*this.width + from; i < y*this.width + to; i++) if (this.mask[i] !== value) { this.mask[i] = value; this.count += 2*value - 1; }
    const [left, top, right, bottom] = this.dirty ?? [from, y, to, y + 1];
    this.dirty = [Math.min(left, from), Math.min(top, y), Math.max(right, to), Math.max(bottom, y + 1)];
  }

  remember() { this.past.push(pack(this.mask)); if (this.past.length > UNDO_STEPS) this.past.shift(); this.future = []; }
  changed(told = true) { this.message.textContent = ''; this.show(); if (told) this.dispatchEvent(new Event('change')); }

  step(from, to) {
    if (!from.length) return;
    to.push(pack(this.mask));
    this.replace(unpack(from.pop(), this.mask.length));
    this.changed();
  }
  undo() { if (this.corners.length) { this.corners.pop(); this.show(); } else this.step(this.past, this.future); }
  redo() { this.step(this.future, this.past); }
  invert() { this.setMask(this.mask.map(v => 1 - v)); }
  clear() { this.corners = []; this.setMask(new Uint8Array(this.mask.length)); }
  grow(sign = 1) { this.setMask(growMask(this.mask, this.height, this.width, sign*Math.min(64, Math.max(1, Math.round(+this.field('grow').value || 1))))); }
  shrink() { this.grow(-1); }
  lay() {
    this.setMask(drawMask(this.field('family').value, this.field('share').value/100, this.key, Math.max(0, Math.floor(+this.field('seed').value || 0)), this.height, this.width));
  }

  // -- files

  toCanvas() { // the mask as a black and white picture
    const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
    Object.assign(canvas, {width: this.width, height: this.height});
    const data = context.createImageData(this.width, this.height);
    new Uint32Array(data.data.buffer).set(Uint32Array.from(this.mask, v => v ? 0xffffffff : 0xff000000)); // ABGR
    context.putImageData(data, 0, 0);
    return canvas;
  }
  toBlob() { return new Promise(done => this.toCanvas().toBlob(done, 'image/png')); }
  async save() {
    const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(await this.toBlob()), download: 'mask.png'});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
  }
  load() { this.file.click(); }
  async read(file) { // the rules of the command line: same size, two values, no transparency
    const bitmap = await createImageBitmap(file, {colorSpaceConversion: 'none', premultiplyAlpha: 'none'}).catch(() => { throw new Error(`${file.name ?? 'the file'} is not a picture that can be read`); });
    if (bitmap.width !== this.width || bitmap.height !== this.height)
      throw new Error(`the mask is ${bitmap.width}x${bitmap.height} but the picture is ${this.width}x${this.height} (width x height); scale the mask first`);
    const canvas = Object.assign(document.createElement('canvas'), {width: this.width, height: this.height}), context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const {data} = context.getImageData(0, 0, this.width, this.height), mask = new Uint8Array(this.mask.length), seen = new Set();
    for (let i = 0; i < mask.length; i++) {
      if (data[4*i + 3] !== 255) throw new Error('the mask is partly transparent, so its white is not plain; remove its alpha channel');
      for (let c = 0; c < 3; c++) seen.add(data[4*i + c]);
      if (data[4*i] !== data[4*i + 1] || data[4*i] !== data[4*i + 2]) throw new Error('the mask is coloured; it must be black and white, white is hole');
      mask[i] = data[4*i] === 255 ? 1 : 0;
    }
    if ([...seen].some(v => v !== 0 && v !== 255)) throw new Error(`the mask has ${seen.size} values where two are needed (0 and 255, white is hole)`);
    this.setMask(mask);
  }

  // -- painting

  choose(tool) {
    Object.assign(this, {tool, corners: []});
    this.root.querySelectorAll('[data-tool]').forEach(b => b.setAttribute('aria-pressed', String(b.dataset.tool === tool)));
    this.show();
  }

  place(e) { // of a pointer, in pixels of the picture
    const box = this.holes.getBoundingClientRect();
    return [(e.clientX - box.left)*this.width/box.width, (e.clientY - box.top)*this.height/box.height];
  }

  down(e) {
    if (e.button || !this.width) return;
    e.preventDefault();
    this.holes.focus({preventScroll: true});
    if (this.picking) { this.picked(this.place(e)); return; }
    this.pointers.set(e.pointerId, [e.clientX, e.clientY]);
    if (this.pointers.size === 2) { this.cancel(); this.pinch = this.spread(); return; } // the second finger: zoom and move, no paint
    if (this.pointers.size > 2) return;
    try { this.holes.setPointerCapture(e.pointerId); } catch { /* a pointer that is gone already, or made by a script */ }
    this.last = this.first = this.place(e);
    this.busy = true;
    if (this.tool === 'polygon') { this.begun = this.corners.length; this.corners.push(this.first); }
    else if (this.tool !== 'rectangle') { this.remember(); this.line(this.last, this.last); }
    this.show();
  }

  move(e) {
    this.cursor = this.place(e);
    if (this.pointers.has(e.pointerId)) this.pointers.set(e.pointerId, [e.clientX, e.clientY]);
    if (this.pinch) {
      const now = this.spread();
      this.setZoom(this.zoom*now.width/this.pinch.width);
      this.view.scrollBy(this.pinch.x - now.x, this.pinch.y - now.y);
      this.pinch = now;
    } else if (this.busy) {
      for (const event of e.getCoalescedEvents?.().length ? e.getCoalescedEvents() : [e]) {
        const here = this.place(event);
        if (this.tool === 'polygon') { // dragged: a lasso
          const [x, y] = this.corners.at(-1);
          if (Math.hypot(here[0] - x, here[1] - y) > 2) this.corners.push(here);
        } else if (this.tool !== 'rectangle') this.line(this.last, here);
        this.last = here;
      }
    }
    this.show();
  }

  up(e) {
    this.pointers.delete(e.pointerId);
    if (this.pinch) { if (this.pointers.size < 2) this.pinch = null; return; }
    if (!this.busy) return;
    this.busy = false;
    if (this.tool === 'polygon') {
      const [[x, y], [a, b]] = [this.corners[0], this.corners.at(-1)], near = 8*this.width/this.holes.getBoundingClientRect().width;
      const lasso = this.corners.length - this.begun > 8; // corners of one drag
      if (lasso || this.corners.length > 3 && Math.hypot(x - a, y - b) < near) this.close(); else this.show();
      return;
    }
    if (this.tool === 'rectangle') { this.remember(); this.rectangle(this.first, this.place(e)); }
    this.changed();
  }

  pick(count) { // ask for places instead of paint: a promise of `count` of them, or of null after Escape
    this.picking?.done(null);
    this.marks = [];
    return new Promise(done => { this.picking = {count, done}; this.holes.focus({preventScroll: true}); this.show(); });
  }
  picked(place) {
    this.marks.push(place);
    this.show();
    if (this.marks.length < this.picking.count) return;
    this.picking.done(this.marks.slice());
    this.picking = null;
  }

  cancel() { // what was begun with the first finger
    if (!this.busy) return;
    this.busy = false;
    if (this.tool === 'polygon') this.corners.length = this.begun; else if (this.tool !== 'rectangle') this.replace(unpack(this.past.pop(), this.mask.length));
    this.show();
  }

  spread() { // of two fingers, in px of the screen
    const [[a, b], [c, d]] = [...this.pointers.values()];
    return {width: Math.max(1, Math.hypot(a - c, b - d)), x: (a + c)/2, y: (b + d)/2};
  }

  stamp(x, y) { // a disc of the brush's size
    const value = this.tool === 'eraser' ? 0 : 1, r = this.brush/2;
    for (let j = Math.max(0, Math.ceil(y - r - .5)); j < Math.min(this.height, y + r); j++) {
      const reach = Math.sqrt(Math.max(0, r*r - (j + .5 - y)**2));
      this.fill(j, Math.max(0, Math.ceil(x - reach - .5)), Math.min(this.width, Math.floor(x + reach - .5) + 1), value);
    }
    const [i, j] = [Math.floor(x), Math.floor(y)]; // even the smallest brush leaves a pixel
    if (i >= 0 && j >= 0 && i < this.width && j < this.height) this.fill(j, i, i + 1, value);
  }

  line([x, y], [a, b]) {
    const steps = Math.max(1, Math.ceil(Math.hypot(a - x, b - y)/Math.max(.5, this.brush/8)));
    for (let s = 0; s <= steps; s++) this.stamp(x + (a - x)*s/steps, y + (b - y)*s/steps);
  }

  rectangle([x, y], [a, b]) {
    const clip = (v, n) => Math.min(n, Math.max(0, Math.round(v)));
    const [left, right] = [clip(Math.min(x, a), this.width), clip(Math.max(x, a), this.width)];
    for (let j = clip(Math.min(y, b), this.height); j < clip(Math.max(y, b), this.height); j++) this.fill(j, left, right);
  }

  close() { // the polygon becomes hole; even-odd rule at the centres of pixels
    const corners = this.corners;
    this.corners = [];
    if (corners.length < 3) { this.show(); return; }
    this.remember();
    for (let j = 0; j < this.height; j++) {
      const y = j + .5, crossings = [];
      corners.forEach(([x1, y1], i) => {
        const [x2, y2] = corners[(i + 1) % corners.length];
        if (y1 <= y !== y2 <= y) crossings.push(x1 + (y - y1)*(x2 - x1)/(y2 - y1));
      });
      crossings.sort((a, b) => a - b);
      for (let k = 0; k + 1 < crossings.length; k += 2) this.fill(j, Math.max(0, Math.ceil(crossings[k] - .5)), Math.min(this.width, Math.floor(crossings[k + 1] - .5) + 1));
    }
    this.changed();
  }

  keydown(e) {
    const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}, key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const tool = Object.keys(TOOLS).find(t => TOOLS[t][1] === key);
    const commands = {i: 'invert', Delete: 'clear', g: 'grow', s: 'shrink', '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', 0: 'zoomFit', Enter: 'close'};
    if (e.ctrlKey || e.metaKey) { if (key === 'z') this[e.shiftKey ? 'redo' : 'undo'](); else if (key === 'y') this.redo(); else return; }
    else if (e.altKey) return;
    else if (moves[e.key]) {
      const [x, y] = this.cursor ?? [this.width/2, this.height/2], stride = e.shiftKey ? 1 : Math.max(1, this.brush/4);
      this.cursor = [Math.min(this.width - 1, Math.max(0, x + moves[e.key][0]*stride)), Math.min(this.height - 1, Math.max(0, y + moves[e.key][1]*stride))];
      this.show();
    } else if (key === ' ' && this.picking) this.picked([...(this.cursor ?? [this.width/2, this.height/2])]);
    else if (key === ' ') this.paintAt(this.cursor ??= [this.width/2, this.height/2]);
    else if (key === 'Escape') { this.corners = []; this.picking?.done(null); this.picking = null; this.show(); }
    else if (key === '[' || key === ']') { this.brush = +(this.field('brush').value = Math.max(1, this.brush + (key === ']' ? 2 : -2))); this.show(); }
    else if (tool) this.choose(tool);
    else if (commands[key]) this[commands[key]]();
    else return;
    e.preventDefault();
  }

  paintAt(place) { // by keyboard
    if (this.tool === 'polygon') { this.corners.push([...place]); this.show(); return; }
    this.remember();
    if (this.tool === 'rectangle') this.rectangle([place[0] - this.brush/2, place[1] - this.brush/2], [place[0] + this.brush/2, place[1] + this.brush/2]);
    else this.line(place, place);
    this.changed();
  }

  // -- view

  setZoom(zoom) {
    this.zoom = Math.min(32, Math.max(.05, zoom));
    for (const canvas of [this.picture, this.holes]) Object.assign(canvas.style, {width: `${this.width*this.zoom}px`, height: `${this.height*this.zoom}px`, imageRendering: this.zoom >= 3 ? 'pixelated' : 'auto'});
  }
  zoomIn() { this.setZoom(this.zoom*1.25); }
  zoomOut() { this.setZoom(this.zoom/1.25); }
  zoomFit() { this.setZoom(Math.min(Math.max(1, this.least/this.width), ((this.root.clientWidth || 514) - 2)/this.width) || 1); } // 2: its border

  show() { // drawn at most once in a frame of the screen
    this.scheduled ??= requestAnimationFrame(() => { this.scheduled = null; this.draw(); });
  }

  draw() {
    if (!this.width) return;
    if (this.dirty) { // the part of the mask that changed
      const [left, top, right, bottom] = this.dirty, context = this.holes.getContext('2d'), data = context.createImageData(right - left, bottom - top), words = new Uint32Array(data.data.buffer);
      for (let y = top, k = 0; y < bottom; y++) for (let i = y*this.width + left; i < y*this.width + right; i++, k++) if (this.mask[i]) words[k] = 0xff6e28e6; // ABGR
      context.putImageData(data, left, top);
      this.dirty = null;
    }
    const [circle, line, crosses] = this.drawing.children, set = (e, values) => Object.entries(values).forEach(([name, value]) => e.setAttribute(name, value));
    const [x, y] = this.cursor ?? [0, 0], r = 6/this.zoom, box = this.busy && this.tool === 'rectangle' && this.last;
    set(circle, {cx: x, cy: y, r: this.cursor && ['brush', 'eraser'].includes(this.tool) ? this.brush/2 : 0});
    const corners = box ? [this.first, [box[0], this.first[1]], box, [this.first[0], box[1]], this.first] : this.corners.length && this.cursor ? [...this.corners, this.cursor] : this.corners;
    set(line, {points: corners.map(p => p.join()).join(' ')});
    set(crosses, {d: this.marks.map(([a, b]) => `M${a - r},${b}h${2*r}M${a},${b - r}v${2*r}`).join('')});
    this.root.querySelector('[data-do=undo]').disabled = !this.past.length && !this.corners.length;
    this.root.querySelector('[data-do=redo]').disabled = !this.future.length;
    const band = bandOf(this.coverage), text = `Hole: ${(100*this.coverage).toFixed(1)} % of the picture${band ? ` (${band})` : ''}. Picture ${this.width}x${this.height} px.`;
    if (this.status.textContent !== text) this.status.textContent = text; // a reader of the screen hears changes alone
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Before and after: two pictures of one size, the second one uncovered up to a slider.

const COMPARE_STYLE = `
.before-after { position: relative; display: inline-block; line-height: 0; max-width: 100%; }
.before-after[hidden] { display: none; }
.before-after img { max-width: 100%; }
.before-after .after { position: absolute; inset: 0; width: 100%; height: 100%; clip-path: inset(0 0 0 var(--at, 50%)); }
.before-after::after { content: ''; position: absolute; top: 0; bottom: 0; left: var(--at, 50%); width: 2px; background: white; pointer-events: none; }
.before-after input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.before-after:focus-within { outline: 3px solid rgb(230, 40, 110); }
`;

export function beforeAfter(root, before, after, label = 'Share of the picture that shows the input') { // addresses of pictures
  root.classList.add('before-after');
  root.innerHTML = `<style>${COMPARE_STYLE}</style><img class="before" alt="Input"><img class="after" alt="Reconstruction"><input type="range" min="0" max="100" value="50">`;
  const [first, second, slider] = root.querySelectorAll('img, input');
  Object.assign(first, {src: before}); Object.assign(second, {src: after});
  slider.setAttribute('aria-label', label);
  slider.addEventListener('input', () => root.style.setProperty('--at', `${slider.value}%`));
  return {set: (b, a) => Object.assign(first, {src: b}) && Object.assign(second, {src: a})};
}

// ---------------------------------------------------------------------------------------------------------------------------------
// In a notebook (anywidget). The kernel sends `image`, `result`, `note`; the painter sends `runs`, the positions at which the mask changes, and what a button asks for.

export default {
  async render({model, el}) {
    const [paint, side] = [document.createElement('div'), document.createElement('div')];
    Object.assign(el.style, {display: 'flex', flexWrap: 'wrap', gap: '12px', alignItems: 'flex-end'});
    el.append(paint, side);
    const painter = new MaskPainter(paint, {key: model.get('key')});
    side.className = 'mask-painter';
    side.innerHTML = `<div class="compare"></div><img class="map" alt="How wide the intervals of the reconstruction are: violet is narrow, yellow is wide" style="max-width: 100%" hidden><div class="note" role="status" aria-live="polite" style="max-width: 36em"></div>
      <fieldset aria-label="Reconstruction"><button type="button" data-ask="reconstruct">Reconstruct</button><label><input type="checkbox"> after every stroke</label>
      <button type="button" data-ask="save">Save mask and result</button></fieldset>`;
    const [compare, map, note] = side.children, live = side.querySelector('input');
    side.querySelectorAll('[data-ask]').forEach(b => b.addEventListener('click', () => model.send({do: b.dataset.ask})));
    live.addEventListener('change', () => { model.set('live', live.checked); model.save_changes(); });
    const lively = () => { live.checked = model.get('live'); };
    let own = false;
    const show = async () => { // another picture
      const picture = new Image();
      picture.src = model.get('image');
      await picture.decode();
      painter.setImage(picture);
      take();
    };
    const take = () => { // another mask, from the kernel
      if (own) return;
      const mask = unpack(model.get('runs'), painter.width*painter.height);
      if (mask.some((v, i) => v !== painter.mask[i])) painter.setMask(mask, false);
    };
    const restored = () => {
      note.textContent = model.get('note');
      compare.hidden = !model.get('result');
      if (model.get('result')) beforeAfter(compare, model.get('shown'), model.get('result'));
      map.hidden = !model.get('map');
      if (model.get('map')) map.src = model.get('map');
    };
    painter.addEventListener('change', () => {
      own = true;
      model.set('runs', Array.from(pack(painter.mask)));
      model.save_changes();
      own = false;
    });
    const heard = {'change:image': show, 'change:runs': take, 'change:result': restored, 'change:note': restored, 'change:live': lively};
    for (const [name, handle] of Object.entries(heard)) model.on(name, handle);
    await show();
    restored(); lively();
    return () => { for (const [name, handle] of Object.entries(heard)) model.off(name, handle); };
  },
};
