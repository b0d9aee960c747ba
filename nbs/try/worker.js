// Reconstruction beside the page, so that painting never waits. Everything comes from the page's own origin.
import * as ort from './runtime/ort.wasm.min.mjs';
import {sha256} from './mask_painter.js';

let session;
const hex = bytes => [...bytes].map(b => b.toString(16).padStart(2, '0')).join('');

async function fetched(file, progress) { // bytes of a file of this site, checked against the hash that was written when the site was made
  const response = await fetch(new URL(file.name, import.meta.url));
  if (!response.ok) throw new Error(`${file.name} cannot be loaded (${response.status}); reload the page`);
  const bytes = new Uint8Array(file.bytes), reader = response.body.getReader();
  for (let at = 0;;) {
    const {done, value} = await reader.read();
    if (done) break;
    if (at + value.length > bytes.length) throw new Error(`${file.name} is longer than the site says; reload the page`);
    bytes.set(value, at); at += value.length;
    progress(value.length);
  }
  if (hex(sha256(bytes)) !== file.sha256) throw new Error(`${file.name} is not the file that this site was made with (its SHA-256 differs); reload the page`);
  return bytes;
}

async function load({model, wasm}) {
  if (typeof WebAssembly !== 'object') throw new Error('this browser has no WebAssembly, which the reconstruction needs; use a current Chrome, Edge, Firefox or Safari');
  const total = model.bytes + wasm.bytes;
  let got = 0;
  const progress = n => { got += n; postMessage({type: 'progress', share: got/total}); };
  const [network, runtime] = await Promise.all([fetched(model, progress), fetched(wasm, progress)]);
  Object.assign(ort.env.wasm, {numThreads: 1, wasmBinary: runtime.buffer, wasmPaths: new URL('./runtime/', import.meta.url).href});
  session = await ort.InferenceSession.create(network, {executionProviders: ['wasm'], graphOptimizationLevel: 'all'});
  postMessage({type: 'ready'});
}

async function run({id, pixels, mask, height, width}) { // Float32Array (H,W,3) in [0,1] and (H,W)
  const began = performance.now();
  const {composited} = await session.run({pixels: new ort.Tensor('float32', pixels, [1, height, width, 3]), mask: new ort.Tensor('float32', mask, [1, height, width])}, ['composited']);
  const data = composited.data.slice();
  composited.dispose();
  postMessage({type: 'result', id, data, milliseconds: performance.now() - began}, [data.buffer]);
}

onmessage = async ({data}) => {
  try { await {load, run}[data.type](data); } catch (error) { postMessage({type: 'error', id: data.id, text: error.message}); }
};
