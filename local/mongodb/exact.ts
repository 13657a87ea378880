/** How documents are read so that each value keeps its type: a number of 64 bits is not one of 32. */
export const EXACT = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const;
