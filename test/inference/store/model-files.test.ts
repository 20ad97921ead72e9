import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { describeModelFilesContract } from '../../contracts/model-files.ts';

describeModelFilesContract('memory', async () => ({ files: createMemoryModelFiles() }), 'memory');
