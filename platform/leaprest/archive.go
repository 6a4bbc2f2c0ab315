package leaprest

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

// Archive is an exported application (.nitro_s) that was read back and found whole.
type Archive struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Files  int    `json:"files"` // entries of the ZIP
}

// Export writes an application's archive, with its submitted records if withData. The file appears under its name only when it is complete: it is
// streamed to a temporary name, checked as a ZIP down to the sums of its entries, and renamed. A file that exists is not replaced.
func (c *Client) Export(ctx context.Context, uid string, withData bool, to string) (archive Archive, err error) {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return Archive{}, upgrade.NewFault("SB-4023", upgrade.KindFailed, err, "file", to)
	}
	address := c.apiURL("app/"+url.PathEscape(uid)+"/archive", url.Values{"mode": {"source"}, "submitted": {strconv.FormatBool(withData)}})
	resp, err := c.get(ctx, address, "*/*")
	if err != nil {
		return Archive{}, err
	}
	defer discard(resp)
	if err := statusFault(resp); err != nil {
		return Archive{}, err
	}
	temp, err := os.CreateTemp(filepath.Dir(to), ".springboard-*.part")
	if err != nil {
		return Archive{}, upgrade.NewFault("SB-4024", upgrade.KindFailed, err, "file", to)
	}
	defer func() {
		_ = temp.Close()
		if err != nil {
			_ = os.Remove(temp.Name())
		}
	}()
	archive = Archive{Path: to}
	if err := download(ctx, resp, temp, &archive); err != nil {
		return Archive{}, err
	}
	if archive.Files, err = checkZIP(temp, archive.Bytes); err != nil {
		return Archive{}, upgrade.NewFault("SB-4016", upgrade.KindVerify, err, "url", address)
	}
	if err := publish(temp, to); err != nil {
		return Archive{}, upgrade.NewFault("SB-4024", upgrade.KindFailed, err, "file", to)
	}
	return archive, nil
}

func download(ctx context.Context, resp *http.Response, temp *os.File, a *Archive) error {
	address := resp.Request.URL.Redacted()
	head := make([]byte, 4096)
	n, err := io.ReadFull(resp.Body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return transportFault(ctx, address, err)
	}
	if !bytes.HasPrefix(head[:n], []byte("PK")) {
		if err := pageFault(resp, head[:n]); err != nil {
			return err
		}
		return upgrade.NewFault("SB-4016", upgrade.KindVerify, errors.New("it does not begin like a ZIP"), "url", address)
	}
	sum, out := sha256.New(), &writeErr{w: temp}
	size, err := io.Copy(io.MultiWriter(out, sum), io.MultiReader(bytes.NewReader(head[:n]), resp.Body))
	switch {
	case out.err != nil:
		return upgrade.NewFault("SB-4024", upgrade.KindFailed, out.err, "file", a.Path)
	case err != nil && ctx.Err() == nil:
		return upgrade.NewFault("SB-4010", upgrade.KindFailed, err, "url", address)
	case err != nil:
		return transportFault(ctx, address, err)
	}
	a.Bytes, a.SHA256 = size, hex.EncodeToString(sum.Sum(nil))
	return nil
}

// writeErr remembers that it was the disk that failed, not the network.
type writeErr struct {
	w   io.Writer
	err error
}

func (w *writeErr) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.err = err
	return n, err
}

// checkZIP reads every entry, which checks its sum.
func checkZIP(r io.ReaderAt, size int64) (files int, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return 0, err
	}
	if len(z.File) == 0 {
		return 0, errors.New("it is empty")
	}
	for _, f := range z.File {
		entry, err := f.Open()
		if err != nil {
			return 0, fmt.Errorf("%s: %w", f.Name, err)
		}
		_, err = io.Copy(io.Discard, entry)
		if err = errors.Join(err, entry.Close()); err != nil {
			return 0, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return len(z.File), nil
}

// publish forces the file to disk and gives it its name, which must still be free.
func publish(temp *os.File, to string) error {
	if err := errors.Join(temp.Chmod(0o600), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), to); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(to)); err == nil { // best effort: not every system lets a folder be synced
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// ImportOptions of an import.
type ImportOptions struct {
	Deploy   bool // make it usable at once
	Data     bool // with the submitted records in the archive
	CleanIDs bool // give it a new UID; false keeps the one it had
}

// Import sends an archive. It is never sent twice: when the answer is lost, the fault SB-4018 says that nobody knows whether it was imported. The UID is
// empty when the server does not tell it.
func (c *Client) Import(ctx context.Context, file string, o ImportOptions) (uid string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", upgrade.NewFault("SB-4024", upgrade.KindFailed, err, "file", file)
	}
	defer f.Close()
	address := c.apiURL("app", url.Values{"deploy": {strconv.FormatBool(o.Deploy)}, "importData": {strconv.FormatBool(o.Data)},
		"cleanIds": {strconv.FormatBool(o.CleanIDs)}})
	body, kind, finished := form(f, filepath.Base(file))
	defer finished()
	req, err := c.request(ctx, http.MethodPost, address, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Accept", "application/json")
	resp, err := c.plain.Do(req)
	if err != nil {
		if fault := transportFault(ctx, address, err); isDial(err) || isCertificate(err) {
			return "", fault
		}
		return "", upgrade.NewFault("SB-4018", upgrade.KindIncomplete, transportFault(ctx, address, err), "url", address)
	}
	defer discard(resp)
	if err := statusFault(resp); err != nil {
		return "", err
	}
	answer, err := readAll(ctx, resp, pageLimit)
	if err != nil {
		return "", upgrade.NewFault("SB-4018", upgrade.KindIncomplete, err, "url", address)
	}
	if err := pageFault(resp, answer); err != nil {
		return "", err
	}
	if value, err := decode(answer, address); err == nil {
		if o, ok := value.(object); ok {
			uid = text(fold(o), uidFields)
		}
	}
	return uid, nil
}

// form streams a file as multipart. finished must be called at the end: it waits for the goroutine that feeds the request.
func form(f io.Reader, name string) (body io.Reader, contentType string, finished func()) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	done := make(chan struct{})
	go func() {
		defer close(done)
		part, err := m.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, f)
		}
		_ = w.CloseWithError(errors.Join(err, m.Close()))
	}()
	return r, m.FormDataContentType(), func() { _ = r.Close(); <-done }
}

// Delete removes an application with all its records. It is never sent twice; when the answer is lost, the server is asked whether the application is
// still there.
func (c *Client) Delete(ctx context.Context, uid string) error {
	address := c.apiURL("app/"+url.PathEscape(uid), nil)
	req, err := c.request(ctx, http.MethodDelete, address, nil)
	if err != nil {
		return err
	}
	resp, err := c.plain.Do(req)
	if err == nil {
		defer discard(resp)
		if err := statusFault(resp); err != nil {
			return err
		}
		answer, err := readAll(ctx, resp, pageLimit)
		if err == nil {
			return pageFault(resp, answer)
		}
	}
	fault := transportFault(ctx, address, err)
	if isDial(err) || isCertificate(err) {
		return fault
	}
	switch _, look := c.App(ctx, uid); {
	case look == nil:
		return fault
	case IsMissing(look):
		return nil
	}
	return upgrade.NewFault("SB-4018", upgrade.KindIncomplete, fault, "url", address)
}
