import { createVirtualClock } from '#vocabulary';
import { createMemoryLedger } from '#reputation';
import { describeLedgerContract } from '../contracts/ledger.ts';

describeLedgerContract('memory', async () => ({ ledger: createMemoryLedger() }), createVirtualClock());
