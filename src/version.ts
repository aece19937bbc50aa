/** Of the program; package.json and the Buildroot package have the same. */
export const VERSION = '0.1.0';
