import { holdCorpus } from './oracle.ts';

holdCorpus('trixie');
