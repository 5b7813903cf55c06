/** The page as `deploy/bundle.mjs` packs it from the sources in `page/`. */
import type { Page } from './http-routes.ts';

/** Set when the bundle is built. */
declare const MULTITASTIC_PAGE: { readonly gzip: string; readonly etag: string; readonly policy: string };

/** Undefined where the sources run unbundled, as in a simulation. */
export function packedPage(): Page | undefined {
  if (typeof MULTITASTIC_PAGE === 'undefined') return undefined;
  const { gzip, etag, policy } = MULTITASTIC_PAGE;
  let gzipped: Buffer | undefined;
  return {
    etag,
    contentSecurityPolicy: policy,
    get gzipped() {
      gzipped ??= Buffer.from(gzip, 'base64');
      return gzipped;
    },
  };
}
