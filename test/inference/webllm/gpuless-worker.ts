/** The product's worker in a browser without WebGPU. */
import './without-gpu.ts';
import '../../../src/inference/webllm/worker.webllm.ts';
