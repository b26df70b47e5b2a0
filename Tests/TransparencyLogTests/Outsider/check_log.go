// Checks a tile log with golang.org/x/mod/sumdb alone: the signature by `note`, the proofs by `tlog`.
//
// Usage: check_log FOLDER VERIFIER-KEY OLD-SIZE INDEX…
//
// That library's tile reader is not to be trusted (it passes over some damaged tiles), so tiles are only read for the
// proofs, and only CheckRecord and CheckTree judge; the root of OLD-SIZE is computed from all the leaves below it.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder string

func fail(what string, err error) {
	if err != nil {
		fmt.Println(what+":", err)
		os.Exit(1)
	}
}

// path is where C2SP tlog-tiles puts what this library calls tile/8/L/N.
func path(kind string, n int64, width int) string {
	digits := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		digits = fmt.Sprintf("x%03d/%s", n%1000, digits)
	}
	if width < 1<<height {
		digits += ".p/" + strconv.Itoa(width)
	}
	return "tile/" + kind + "/" + digits
}

func (f folder) read(kind string, n int64, width int) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), path(kind, n, width)))
}

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(strconv.Itoa(tile.L), tile.N, tile.W)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// bundle gives the entries of the n'th bundle in a log of that size.
func (f folder) bundle(n, size int64) [][]byte {
	width := 1 << height
	if left := size - n<<height; left < int64(width) {
		width = int(left)
	}
	data, err := f.read("entries", n, width)
	fail("bundle", err)
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || len(entries) != width {
		fail("bundle", fmt.Errorf("bundle %d has not its entries", n))
	}
	return entries
}

// treeHash computes the root of the first `count` leaves from the entries alone.
func (f folder) treeHash(count, size int64) tlog.Hash {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for n := int64(0); n<<height < count; n++ {
		for offset, entry := range f.bundle(n, size) {
			if index := n<<height + int64(offset); index < count {
				hashes, err := tlog.StoredHashes(index, entry, reader)
				fail("leaves", err)
				stored = append(stored, hashes...)
			}
		}
	}
	hash, err := tlog.TreeHash(count, reader)
	fail("leaves", err)
	return hash
}

func main() {
	f := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	fail("key", err)
	signed, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	fail("checkpoint", err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	fail("checkpoint", err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		fail("checkpoint", fmt.Errorf("another origin"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail("checkpoint", err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	fail("checkpoint", err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], raw)

	if f.treeHash(size, size) != tree.Hash {
		fail("root", fmt.Errorf("the entries do not give the root"))
	}
	hashes := tlog.TileHashReader(tree, f)
	old, err := strconv.ParseInt(os.Args[3], 10, 64)
	fail("arguments", err)
	growth, err := tlog.ProveTree(size, old, hashes)
	fail("consistency", err)
	fail("consistency", tlog.CheckTree(growth, size, tree.Hash, old, f.treeHash(old, size)))
	for _, argument := range os.Args[4:] {
		index, err := strconv.ParseInt(argument, 10, 64)
		fail("arguments", err)
		proof, err := tlog.ProveRecord(size, index, hashes)
		fail("inclusion", err)
		entry := f.bundle(index>>height, size)[index&(1<<height-1)]
		fail("inclusion", tlog.CheckRecord(proof, size, tree.Hash, index, tlog.RecordHash(entry)))
	}
	fmt.Println("sound", size)
}
