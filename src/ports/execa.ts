// A file of its own, so that the build makes it a part of its own: only checks that do something load it.
export { execa } from 'execa'
