/** Paths of requests as routes know them. */

/** The path of a URL without its query; slashes in a row count as one, as they do for the router. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0].replaceAll(/\/{2,}/g, '/')
}

/**
 * A URL without the prefix under which a proxy shows the service. A proxy may pass the prefix on or take it off; both
 * work.
 * @param prefix such as `/ml`, with no slash at the end
 */
export function withoutPrefix(url: string, prefix: string): string {
  const path = pathOf(url)
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return url
  const query = url.indexOf('?')
  return (path.slice(prefix.length) || '/') + (query === -1 ? '' : url.slice(query))
}
