import { holdCorpus } from './oracle.ts';

holdCorpus('bookworm');
