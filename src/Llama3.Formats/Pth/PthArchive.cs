using System.IO.Compression;
using System.Text;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Pth;

/// <summary>A .pth file as a zip archive: data.pkl describes the tensors, data/0, data/1, … hold the numbers.</summary>
internal sealed class PthArchive : IDisposable
{
    /// <summary>Of a checkpoint, which has some hundred tensors.</summary>
    private const int MostPickleBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly ZipArchiveEntry _pickle;
    private readonly ZipDirectory _directory;
    private readonly NumberFile _file;

    public PthArchive(Stream stream, string path)
    {
        (_stream, _path, _file) = (stream, path, new NumberFile(stream, path));
        RequireZip();
        _zip = Guard(() => new ZipArchive(stream, ZipArchiveMode.Read));
        _pickle = Guard(() => _zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)))
            ?? throw Error("the archive holds no data.pkl: torch.save did not write this file");
        RequireLittleEndian();
        _directory = Guard(() => new ZipDirectory(stream));
    }

    /// <summary>How many bytes there were when it was opened.</summary>
    public long Length => _file.length;

    private string Folder => _pickle.FullName[..^"data.pkl".Length];

    public object? Load(IReadOnlyDictionary<string, object> globals, PickleFunction persistent_load, int most = MostPickleBytes)
    {
        var name = $"{_path}: {Printable.Text(_pickle.FullName)}";
        using var content = Guard(_pickle.Open);
        var bytes = Guard(() => content.ReadAll((int)Math.Min(most, ZipClaims.MostWhole(_pickle)), name));
        return new Unpickler(bytes, name, globals, persistent_load).Load();
    }

    /// <summary>Refuses a storage whose entry is missing or has another size, without reading it.</summary>
    public void Require(StoredNumbers storage)
    {
        var name = Printable.Text($"data/{storage.key}");
        if (Entry(storage) is not { } entry) { throw Error($"{name} is missing"); }
        if (storage.numel > Array.MaxLength || entry.Length != storage.numel * storage.dtype.ElementSize())
        {
            throw Error($"{name} has {entry.Length} bytes, expected {storage.numel} × {storage.dtype.ElementSize()}");
        }
        if (ZipClaims.Refusal(entry, _stream.Length) is { } refusal) { throw Error($"{name} {refusal}"); }
    }

    /// <summary>Refuses an archive that expands as no tensors do.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public void RequireModest() => ZipClaims.RequireModest(_zip, Length, "torch.save writes tensors without compression");

    /// <summary>The numbers of a storage that <see cref="Require"/> has accepted: in place if they are stored uncompressed, else a copy.</summary>
    public ReadOnlyMemory<T> Read<T>(StoredNumbers storage)
        where T : unmanaged
    {
        var count = (int)storage.numel;
        if (Guard(() => _directory.Stored(NameOf(storage))) is { } stored)
        {
            return stored.Size == storage.numel * storage.dtype.ElementSize()
                ? Guard(() => _file.Read<T>(stored.Begin, count))
                : throw Error($"{Printable.Text($"data/{storage.key}")} has {stored.Size} bytes, expected {count} × {storage.dtype.ElementSize()}");
        }
        using var content = Guard(Entry(storage)!.Open);
        return Guard(() => content.ReadNumbers<T>(count));
    }

    /// <summary>Reads from a number on of a storage that <see cref="Require"/> has accepted; nothing that is read is a view of the file.</summary>
    public T Read<T>(StoredNumbers storage, long first, Func<Stream, T> read) => Guard(() =>
    {
        using var content = Entry(storage)!.Open();
        content.Skip(first * storage.dtype.ElementSize());
        var numbers = read(content);
        RequireSame();
        return numbers;
    });

    public void RequireSame() => _file.RequireSame();

    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    private string NameOf(StoredNumbers storage) => $"{Folder}data/{storage.key}";

    private ZipArchiveEntry? Entry(StoredNumbers storage) => _zip.GetEntry(NameOf(storage));

    private void RequireZip()
    {
        Span<byte> start = stackalloc byte[24];
        _stream.Position = 0;
        var read = start[.._stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (read.StartsWith("PK"u8)) { return; }
        throw Error(read.StartsWith("version https://git-lfs"u8) ? "this is a Git LFS pointer: fetch the file itself with \"git lfs pull\""
            : read is [0x80, ..] ? "this is the format of PyTorch before 1.6: convert it with torch.save(torch.load(path), path)"
            : read is [] ? "the file is empty"
            : "this is not a zip archive as torch.save writes it");
    }

    private void RequireLittleEndian()
    {
        if (_zip.GetEntry(Folder + "byteorder") is not { } entry) { return; }
        using var content = Guard(entry.Open);
        var order = Encoding.ASCII.GetString(Guard(() => content.ReadAll(16, $"{_path}: byteorder")));
        if (order != "little")
        {
            throw Error($"byteorder is \"{Printable.Text(order)}\", expected \"little\": save it on a little-endian machine");
        }
    }

    private T Guard<T>(Func<T> read) => FileGuard.Read(_path, read, damage: "the archive is damaged or cut off");

    private BadInputException Error(string what) => new($"{_path}: {what}");
}
