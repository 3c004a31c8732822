import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/lifeline.ts';

addStacks(new App());
