import type { Checked, pending, AnyEndpoint } from '@hopslab/schema';
import type { Actor } from '../platform/actor.js';
import type { Ctx } from './context.js';

/** What a notebook origin has asked for, checked as if it were to be done at once. */
export interface Asked {
  readonly operation: string;
  /** What will happen, and to whom. */
  readonly summary: string;
  readonly request: HeldRequest;
}

/** As much of a request as has to be kept to do it later. */
export interface HeldRequest {
  readonly given: Checked<AnyEndpoint>;
  /** The version of the asset that was asked about. */
  readonly ifMatch: string;
}

/** Keeps a dangerous act until its person has decided; answers where that is done. */
export type Hold = (actor: Actor, asked: Asked) => Promise<pending.Held>;

/** Does a held act, as the person who has just confirmed it on the hub; rights are judged anew. */
export type Act = (person: Actor, request: HeldRequest, ctx: Ctx) => Promise<unknown>;

/** Every act that can be held, by its endpoint's id. */
export type Acts = Map<string, Act>;
