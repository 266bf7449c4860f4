using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Llama3.Formats.Pth;

namespace Llama3.Formats.Dumps;

/// <summary>
/// A dump that is one file of torch.save, which stays open: a dictionary of names and tensors, or a single tensor, which is called as the
/// file. No code of the file is run. Its tensors are copies, without what lies between their numbers.
/// </summary>
internal static class TorchDump
{
    private const int MostPickleBytes = 1 << 25; // some hundred bytes for a tensor, of every layer and pass

    public static Dump Open(string path) => FileGuard.Read(path, () =>
    {
        var stream = InputFile.Open(path);
        try
        {
            var archive = new PthArchive(stream, path);
            var saved = archive.Load(TorchGlobals.AllowedInDumps, TorchGlobals.persistent_load, MostPickleBytes);
            var gate = new Lock();
            var values = TorchValues.In(saved, Path.GetFileNameWithoutExtension(path));
            List<DumpEntry> entries = [.. values.Select(value => Entry(archive, value.Name, value.Value, gate))];
            archive.RequireModest();
            return new Dump(path, "torch.save", entries, archive);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    private static DumpEntry Entry(PthArchive archive, string name, object value, Lock gate)
    {
        if (value is not StoredTensor tensor) { return Entry(name, (PythonNumbers)value); }
        archive.Require(tensor.storage);
        return new(name, tensor.storage.dtype, tensor.shape, () =>
        {
            lock (gate) { return Read(archive, name, tensor); }
        });
    }

    private static DumpEntry Entry(string name, PythonNumbers numbers) => numbers.AreIntegers
        ? new(name, Dtype.I64, numbers.Shape, () => torch.tensor(numbers.All.Cast<long>().ToArray(), numbers.Shape))
        : new(name, Dtype.F32, numbers.Shape, () => Tensor.FromSingles(numbers.All.Select(Convert.ToSingle).ToArray(), numbers.Shape));

    private static Tensor Read(PthArchive archive, string name, StoredTensor tensor)
    {
        var (dtype, reach) = (tensor.storage.dtype, tensor.reach);
        if (reach > Array.MaxLength / dtype.PerElement())
        {
            throw new BadInputException($"{Printable.Text(name)} lies in {reach} numbers, more than can be read at once: save tensor.contiguous().clone()");
        }
        if (tensor.IsEmpty) { return RawNumbers.Read(Stream.Null, name, dtype, tensor.shape); }
        var flat = archive.Read(tensor.storage, tensor.offset, stream => RawNumbers.Read(stream, name, dtype, [reach]));
        return flat.as_strided(tensor.shape, tensor.strides, flat.storage_offset()).contiguous();
    }
}
