/** Keywords of schemas that only the OpenAPI document is made of: no check knows them. */

/** Of text: values that are known, beside any other text. */
export const KNOWN_VALUES = 'x-extensible-enum'

/** Of text that is a sequence: the schema of each item, for which only OpenAPI 3.2 has a word. */
export const ITEM_SCHEMA = 'x-item-schema'
