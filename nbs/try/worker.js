// Reconstruction beside the page, so that painting never waits. Everything comes from the page's own origin.
import {hashNormal, sha256} from './mask_painter.js';

const WARM = 64; // px of a first picture that nobody sees
let ort, session, intervals, draw; // draw: {key, numbers} of a model that draws
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
  const digest = self.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : sha256(bytes); // plain http has no subtle crypto
  if (hex(digest) !== file.sha256) throw new Error(`${file.name} is not the file that this site was made with (its SHA-256 differs); reload the page`);
  return bytes;
}

function counted(total) { // tells the page which share of the bytes is there
  let got = 0;
  return n => { got += n; postMessage({type: 'progress', share: got/total}); };
}

async function create(backend, {model, runtimes}) { // a session of onnxruntime-web
  const runtime = runtimes[backend], progress = counted(model.bytes + runtime.bytes);
  const [network, binary] = await Promise.all([fetched(model, progress), fetched(runtime, progress)]);
  ort = await import(new URL(runtime.module, import.meta.url).href);
  Object.assign(ort.env.wasm, {numThreads: 1, wasmBinary: binary.buffer, wasmPaths: new URL('./runtime/', import.meta.url).href});
  return ort.InferenceSession.create(network, {executionProviders: [backend], graphOptimizationLevel: backend === 'wasm' ? 'disabled' : 'all', logSeverityLevel: 3}); // it was optimised when the site was made; a GPU may lack 16 bits and needs the weights widened
}

async function load({files, backend, side}) { // 'wasm' or 'webgpu'; a GPU tells what a picture of this side takes it
  if (typeof WebAssembly !== 'object') throw new Error('this browser has no WebAssembly, which the reconstruction needs; use a current Chrome, Edge, Firefox or Safari');
  session = await create(backend, files);
  draw = files.draw;
  if (backend === 'webgpu') await timed(side); // compiles its programs
  postMessage({type: 'ready', milliseconds: backend === 'webgpu' ? await timed(side) : null});
  if (backend === 'wasm') await timed(WARM); // while the reader paints, the browser compiles what is used
}

async function timed(side) { // ms for one picture
  const began = performance.now();
  await reconstruction(new Float32Array(3*side*side), new Float32Array(side*side).fill(1, 0, side*side/4), side, side);
  return performance.now() - began;
}

const given = (name, pixels, mask, height, width) => ({[name]: new ort.Tensor('float32', pixels, [1, height, width, 3]), mask: new ort.Tensor('float32', mask, [1, height, width])});

function taken(tensor) { // a copy of its values
  const data = tensor.data.slice();
  tensor.dispose();
  return data;
}

async function reconstruction(pixels, mask, height, width, seed) { // Float32Array (H,W,3) in [0,1] and (H,W), of a plausible picture its seed -> (H,W,3)
  const inputs = given('pixels', pixels, mask, height, width);
  if (draw) inputs.draw = new ort.Tensor('float32', seed === undefined ? new Float32Array(draw.numbers) : hashNormal(seed, draw.key, draw.numbers), [1, draw.numbers]); // zeros for the average
  else if (seed !== undefined) throw new Error('this model gives the average and no plausible pictures');
  return taken((await session.run(inputs, ['composited'])).composited);
}

async function run({id, pixels, mask, height, width, seed}) {
  const began = performance.now(), data = await reconstruction(pixels, mask, height, width, seed);
  postMessage({type: 'result', id, data, milliseconds: performance.now() - began}, [data.buffer]);
}

async function inspect({id, file, answer, mask, height, width}) { // what was reconstructed -> bounds (3,H,W) in [-1,1], and how unlike the training it is
  intervals ??= await ort.InferenceSession.create(await fetched(file, counted(file.bytes)), {executionProviders: ['wasm'], graphOptimizationLevel: 'disabled', logSeverityLevel: 3}); // small: no GPU would be quicker
  const found = await intervals.run(given('composited', answer, mask, height, width)), [lower, upper, [unlike]] = ['lower', 'upper', 'unlike'].map(name => taken(found[name]));
  postMessage({type: 'result', id, lower, upper, unlike}, [lower.buffer, upper.buffer]);
}

let last = Promise.resolve(); // one after the other

onmessage = ({data}) => {
  last = last.then(() => ({load, run, inspect})[data.type](data)).catch(error => postMessage({type: 'error', id: data.id, text: error.message}));
};
