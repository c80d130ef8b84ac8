using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>
/// A file of which some parts are there. Beside the bytes lies a log of what they are, a line a whole part, written after the part: a process
/// that is killed loses the parts under way. What a power cut loses of the bytes, their digest tells.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Tag = "etag ";

    private readonly Lock _gate = new();
    private readonly ReleasedFile _file;
    private readonly int _chunkBytes;
    private readonly string _path;
    private readonly SafeFileHandle _bytes;
    private readonly FileStream _log;
    private readonly HashSet<int> _done = [];

    /// <param name="path">Path of the bytes; that of the log ends in <c>.log</c>.</param>
    /// <param name="file">What is to be there in the end.</param>
    /// <param name="chunkBytes">Bytes of a part.</param>
    public PartialFile(string path, ReleasedFile file, int chunkBytes)
    {
        (_path, _file, _chunkBytes) = (path, file, chunkBytes);
        _bytes = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        _log = new FileStream(path + ".log", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (!Remembers()) Restart();
        Kept = Done;
    }

    /// <summary>What the origin told this file from others by, when the first part came; null before.</summary>
    public string? Validator { get; private set; }

    public int Chunks => (int)((_file.Size + _chunkBytes - 1) / _chunkBytes);

    /// <summary>Bytes of the parts that are there.</summary>
    public long Done
    {
        get
        {
            lock (_gate) return _done.Sum(Length);
        }
    }

    /// <summary>Bytes that an earlier process had fetched.</summary>
    public long Kept { get; }

    private string Head => $"{_file.Sha256} {_file.Size} {_chunkBytes}";

    public IReadOnlyList<int> Missing()
    {
        lock (_gate) return [.. Enumerable.Range(0, Chunks).Where(chunk => !_done.Contains(chunk))];
    }

    public long First(int chunk) => (long)chunk * _chunkBytes;

    /// <summary>Bytes of a part.</summary>
    public long Length(int chunk) => Math.Min(_chunkBytes, _file.Size - First(chunk));

    /// <exception cref="RefusedModelException">The disk does not take them.</exception>
    public async Task Write(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellation)
    {
        try
        {
            await RandomAccess.WriteAsync(_bytes, bytes, at, cancellation);
        }
        catch (IOException e)
        {
            throw Unwritten(e);
        }
    }

    /// <summary>Notes what the origin tells the file by; false when that is not what it was before.</summary>
    public bool Is(string validator)
    {
        lock (_gate)
        {
            if (Validator is not null) return Validator == validator;
            Validator = validator;
            Log(Tag + validator);
            return true;
        }
    }

    public void Finish(params IEnumerable<int> chunks)
    {
        lock (_gate)
        {
            foreach (int chunk in chunks)
            {
                if (_done.Add(chunk)) Log(chunk.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Validator = null;
            _done.Clear();
            _log.SetLength(0);
            RandomAccess.SetLength(_bytes, 0);
            RandomAccess.SetLength(_bytes, _file.Size);
            Log(Head);
        }
    }

    /// <summary>SHA-256 of the bytes as they lie on the disk, in lower-case hex.</summary>
    public async Task<string> Hash(CancellationToken cancellation)
    {
        RandomAccess.FlushToDisk(_bytes);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        long at = 0;
        while (await RandomAccess.ReadAsync(_bytes, buffer, at, cancellation) is > 0 and int read)
        {
            hash.AppendData(buffer, 0, read);
            at += read;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Puts the file in its place.</summary>
    public void MoveTo(string place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(_path, place, overwrite: true);
        File.Delete(_path + ".log");
    }

    public void Delete()
    {
        File.Delete(_path);
        File.Delete(_path + ".log");
    }

    public void Dispose()
    {
        _log.Dispose();
        _bytes.Dispose();
    }

    private void Log(string line)
    {
        try
        {
            _log.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            _log.Flush();
        }
        catch (IOException e)
        {
            throw Unwritten(e);
        }
    }

    // Not to be taken for a broken connection.
    private RefusedModelException Unwritten(IOException e) => new($"{_file.Path}: cannot be written: {e.Message}");

    // A line that was being written when its process ended is cut off, so that nothing is appended to half a number.
    private bool Remembers()
    {
        if (RandomAccess.GetLength(_bytes) != _file.Size) return false;
        using StreamReader reader = new(_log, leaveOpen: true);
        string text = reader.ReadToEnd();
        text = text[..(text.LastIndexOf('\n') + 1)];
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0] != Head) return false;
        foreach (string line in lines.Skip(1))
        {
            if (line.StartsWith(Tag, StringComparison.Ordinal)) Validator = line[Tag.Length..];
            else if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int chunk) && chunk < Chunks) _done.Add(chunk);
            else return false;
        }
        _log.SetLength(text.Length);
        _log.Position = text.Length;
        return true;
    }
}
