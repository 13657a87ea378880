/** Where the one secret of a target is kept. */
export const targetSecretName = (targetId: string): string => `backup-target.${targetId}`;
