// Package house holds no code. Its tests keep the house in order: who may import whom, a sentence for every package, a text for every code, and
// nothing in the project that names a machine it was made on.
package house
