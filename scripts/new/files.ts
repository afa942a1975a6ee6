/** A file of the project: its text, and the permissions of the file that it was made from. */
export type ProjectFile = { text: string; mode: number };
/** By path below the project, with forward slashes. */
export type ProjectFiles = Map<string, ProjectFile>;
