/** Versions between which Rails reads database.yml differently. */
export const DATABASE_ERAS: readonly string[] = ['5.2', '6.0', '6.1', '7.0', '7.0.4', '7.1', '7.2', '8.1'];
