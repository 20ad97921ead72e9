import type { Failure, ModelId } from '#vocabulary';
import type {
  Benchmark,
  DeviceFacts,
  DownloadProgress,
  EngineKind,
  ModelFormat,
  ModelManifest,
  StoreUsage,
} from '#inference';

/** Models as the person in front of the page chooses, keeps and looks after them. */
export interface ModelsView {
  /** Those of this machine, most recently used first, then those of the catalogue. */
  readonly options: readonly ModelOption[];
  /** What the person or, until then, the page decided on. */
  readonly chosen: ChosenModel;
  /** On its way while another model still works. */
  readonly coming: ComingModel | undefined;
  /** Undefined until the store was read. */
  readonly usage: StoreUsage | undefined;
  /** Undefined until the browser was asked. */
  readonly device: DeviceView | undefined;
  /** What is being done with models besides loading one, or what the last such work came to. */
  readonly task: ModelTask | undefined;
  /** What lacks room, and what would go to make it. */
  readonly room: RoomView | undefined;
}

export interface ChosenModel {
  readonly modelId: ModelId;
  readonly name: string;
  /** The engine it must be; undefined where the page picks the one that suits the device best. */
  readonly engine: EngineKind | undefined;
  readonly byPerson: boolean;
  /** An engine that can run it here and was never measured, where that is worth the while. */
  readonly untried?: EngineKind;
}

export type ComingModel = { readonly modelId: ModelId; readonly name: string } & (
  | { readonly status: 'checking' }
  /** For the end of the round that runs. */
  | { readonly status: 'waiting' }
  | { readonly status: 'downloading'; readonly progress: DownloadProgress }
  | { readonly status: 'failed'; readonly error: Failure }
);

export interface ModelOption extends Pick<
  ModelManifest,
  'id' | 'name' | 'licence' | 'parameters' | 'contextTokens' | 'purpose'
> {
  readonly format: ModelFormat;
  readonly sizeBytes: number;
  /** Else an estimate, until its files were looked up. */
  readonly isSizeExact: boolean;
  readonly place: 'here' | 'partly' | 'elsewhere';
  readonly arrivedBytes: number;
  /** Brought by the person; only this browser has it. */
  readonly isOwn: boolean;
  /** Never removed to make room. */
  readonly isPinned: boolean;
  readonly isInUse: boolean;
  readonly lastUsedMs?: number;
  /** Engines that read its format, best first. */
  readonly engines: readonly EngineOption[];
  /** The engine that suits it best on this device; absent where none can run it, and until the device is known. */
  readonly best?: EngineKind;
  /** The best model for this device. */
  readonly isRecommended: boolean;
}

export type EngineOption = { readonly engine: EngineKind; readonly name: string } & (
  | {
      readonly canRun: true;
      readonly device: 'cpu' | 'gpu';
      readonly memoryBytes: number;
      /** Tokens a second; absent where neither a measurement nor the benchmark says anything. */
      readonly speed?: { readonly prefill: number; readonly decode: number; readonly basis: 'measured' | 'estimate' };
      /** In words, with what will be poor. */
      readonly why: string;
    }
  /** Sentences: why not, and what to do instead. */
  | { readonly canRun: false; readonly reason: string; readonly remedy: string }
);

export interface DeviceView {
  readonly facts: DeviceFacts;
  /** Threads an engine of this tab takes. */
  readonly threads: number;
  /** Undefined while it is measured. */
  readonly benchmark: Benchmark | undefined;
}

export type ModelTaskKind = 'import' | 'check' | 'repair' | 'remove' | 'measure';

export type ModelTask = { readonly kind: ModelTaskKind; readonly name: string } & (
  | { readonly status: 'running'; readonly progress?: DownloadProgress; readonly engine?: EngineKind }
  /** `outcome` is a sentence. */
  | { readonly status: 'done'; readonly outcome: string; readonly isGood: boolean; readonly modelId?: ModelId }
  | { readonly status: 'failed'; readonly error: Failure; readonly modelId?: ModelId }
);

export interface RoomView {
  readonly neededBytes: number;
  /** Models that would be removed, with what of them is here. */
  readonly removes: readonly { readonly id: ModelId; readonly name: string; readonly sizeBytes: number }[];
  readonly freedBytes: number;
  /** Why even that would not suffice. */
  readonly error?: Failure;
}

/** A file with the name it was chosen by: a path where a whole folder was. */
export interface ChosenFile {
  readonly name: string;
  readonly file: Blob;
}

/** What the person can do with models. Where something stands in the way, the view or a notice says so. */
export interface ModelCommands {
  /** Gets and loads it; the model that works goes on until the files are here and no round runs. */
  chooseModel(id: ModelId, engine?: EngineKind): void;
  pinModel(id: ModelId, isPinned: boolean): void;
  removeModel(id: ModelId): void;
  /** Reads every byte of it. */
  checkModel(id: ModelId): void;
  /** Fetches what is damaged or missing. */
  repairModel(id: ModelId): void;
  importModelFiles(files: readonly ChosenFile[]): void;
  importModelUrls(urls: readonly string[]): void;
  /** Removes what `room` says, then goes on with what lacked it. */
  freeRoom(): void;
  /** Tries every engine that can run the chosen model, and stays with the fastest. */
  measureEngines(): void;
  /** Somebody looks: reads the store anew, and measures the device if that was not done. */
  surveyModels(): void;
  /** Stops what runs, or puts away what it came to. */
  endModelTask(): void;
}
