import type { Known } from '../domain/known.js'

/** The text of a file; null when there is none; cannot tell with the path when it cannot be read. */
export declare function readText(path: string): Known<string | null>

/** A JSON file; null when there is none; cannot tell with the path when it does not parse. */
export declare function readJson(path: string): Known<unknown>

/** Writes a whole file atomically and durably, mode 0600 unless the file has one or `mode` says otherwise. */
export declare function writeText(path: string, text: string, mode?: number): void

/** Names of the folders directly in `path`, sorted, links and dot folders left out; null when there is no such folder. */
export declare function foldersIn(path: string): Known<readonly string[] | null>

/** Names of everything in `path`, sorted; null when there is no such folder. */
export declare function namesIn(path: string): Known<readonly string[] | null>

export declare function exists(path: string): boolean

/** Modification time in epoch ms; undefined when there is no such file. */
export declare function modifiedAt(path: string): number | undefined

/** Makes a folder and its parents, 0700. */
export declare function makeFolder(path: string): void

/** Removes one file; missing is fine. */
export declare function removeFile(path: string): void

/** Moves a broken file of ours to `<path>.corrupt-<time>` and returns that name. */
export declare function setAside(path: string, now: number): string

/** Appends a line, first moving the file to `<path>.1` when it would grow over half of `limit` bytes: both together stay under it. */
export declare function appendLine(path: string, line: string, limit: number): void

/** Removes left-over temporary files of write-file-atomic (`<name>.<digits>`) older than 10 minutes, for these exact paths. */
export declare function sweepTemporary(paths: readonly string[], now: number): void
