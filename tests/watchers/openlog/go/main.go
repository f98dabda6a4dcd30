// Reads a log by Go's own packages (golang.org/x/mod/sumdb), which nobody of us wrote.
//
//	check DIR VKEY OLD NOTE: DIR holds the log's files, NOTE an older checkpoint of OLD leaves.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Go's tiles are named tile/H/L/N with the height first; the files here leave it out, as C2SP's do.
type files struct{ dir string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.dir, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func head(text string, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) == 0 {
		return tlog.Tree{}, errors.New("no signature of the log")
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(raw) != sha256.Size {
		return tlog.Tree{}, errors.New("the root is none")
	}
	var root tlog.Hash
	copy(root[:], raw)
	return tlog.Tree{N: size, Hash: root}, nil
}

func entries(dir string, size int64) ([][]byte, error) {
	var found [][]byte
	for first := int64(0); first < size; first += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: 256}
		if size-first < 256 {
			tile.W = int(size - first)
		}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			found = append(found, data[2:2+length])
			data = data[2+length:]
		}
	}
	return found, nil
}

func check(dir, key, old, before string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := head(string(text), verifier)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	reader := tlog.TileHashReader(tree, files{dir})
	all, err := entries(dir, tree.N)
	if err != nil {
		return err
	}
	if int64(len(all)) != tree.N {
		return fmt.Errorf("%d entries in the bundles, %d in the checkpoint", len(all), tree.N)
	}
	for index, entry := range all {
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return fmt.Errorf("tiles: %w", err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	earlier, err := os.ReadFile(before)
	if err != nil {
		return err
	}
	first, err := head(string(earlier), verifier)
	if err != nil {
		return fmt.Errorf("older checkpoint: %w", err)
	}
	if strconv.FormatInt(first.N, 10) != old {
		return errors.New("the older checkpoint is of another size")
	}
	proof, err := tlog.ProveTree(tree.N, first.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, first.N, first.Hash); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	fmt.Printf("%d entries, consistent with %d\n", tree.N, first.N)
	return given()
}

// Proofs that we made, one a line on standard input: `record N INDEX ROOT LEAF HASH…`, `tree N OLD ROOT OLDROOT HASH…`.
func given() error {
	count := 0
	for {
		var kind string
		var size, place int64
		var root, other, rest string
		if _, err := fmt.Scanf("%s %d %d %s %s %s\n", &kind, &size, &place, &root, &other, &rest); err != nil {
			break
		}
		var proof []tlog.Hash
		for _, one := range strings.Split(rest, ",") {
			if one != "-" {
				proof = append(proof, parsed(one))
			}
		}
		var err error
		if kind == "record" {
			err = tlog.CheckRecord(tlog.RecordProof(proof), size, parsed(root), place, parsed(other))
		} else {
			err = tlog.CheckTree(tlog.TreeProof(proof), size, parsed(root), place, parsed(other))
		}
		if err != nil {
			return fmt.Errorf("%s %d %d: %w", kind, size, place, err)
		}
		count++
	}
	fmt.Printf("%d proofs\n", count)
	return nil
}

func parsed(text string) tlog.Hash {
	hash, err := tlog.ParseHash(text)
	if err != nil {
		log.Fatal(err)
	}
	return hash
}

func main() {
	log.SetFlags(0)
	if err := check(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		log.Fatal(err)
	}
}
