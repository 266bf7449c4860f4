using Llama3.Formats.Numbers;
using Dict = System.Collections.Generic.OrderedDictionary<string, object?>;

namespace Llama3.Formats.Pth;

/// <summary>The Python names that a pickle of tensors needs, with their values here. All other names are refused.</summary>
internal static class TorchGlobals
{
    public static readonly IReadOnlyDictionary<string, object> Allowed = new Dictionary<string, object>
    {
        ["collections.OrderedDict"] = (PickleFunction)OrderedDict,
        ["torch._utils._rebuild_tensor_v2"] = (PickleFunction)_rebuild_tensor_v2,
        ["torch._utils._rebuild_parameter"] = (PickleFunction)_rebuild_parameter,
        ["torch.BFloat16Storage"] = Dtype.BF16,
        ["torch.HalfStorage"] = Dtype.F16,
        ["torch.FloatStorage"] = Dtype.F32,
    };

    /// <summary>Those that a pickle of any tensors needs; the size of a tensor is a tuple.</summary>
    public static readonly IReadOnlyDictionary<string, object> AllowedInDumps = new Dictionary<string, object>(Allowed)
    {
        ["torch.DoubleStorage"] = Dtype.F64,
        ["torch.LongStorage"] = Dtype.I64,
        ["torch.IntStorage"] = Dtype.I32,
        ["torch.ShortStorage"] = Dtype.I16,
        ["torch.CharStorage"] = Dtype.I8,
        ["torch.ByteStorage"] = Dtype.U8,
        ["torch.BoolStorage"] = Dtype.BOOL,
        ["torch.ComplexFloatStorage"] = Dtype.C64,
        ["torch.ComplexDoubleStorage"] = Dtype.C128,
        ["torch.Size"] = (PickleFunction)Size,
    };

    /// <summary>('storage', storage_type, key, location, numel): numbers that are stored beside the pickle.</summary>
    public static object persistent_load(object?[] saved_id) =>
        saved_id is ["storage", Dtype dtype, string key, string, long numel and >= 0]
            ? new StoredNumbers(dtype, key, numel)
            : throw new InvalidDataException("this is not a reference to a storage");

    private static Dict OrderedDict(object?[] arguments) =>
        arguments is [] ? [] : throw new InvalidDataException("expected an OrderedDict that begins empty");

    private static StoredTensor _rebuild_tensor_v2(object?[] arguments) =>
        arguments is [_, _, _, _, _, _, Dict { Count: > 0 }, ..]
            ? throw new InvalidDataException("a tensor is a conjugate or negative view: save tensor.resolve_conj().resolve_neg()")
            : arguments is [StoredNumbers storage, long offset, object?[] size, object?[] stride, ..]
            ? new StoredTensor(storage, offset, Integers(size), Integers(stride))
            : throw new InvalidDataException("_rebuild_tensor_v2 expects a storage, an offset, sizes and strides");

    private static StoredTensor _rebuild_parameter(object?[] arguments) =>
        arguments is [StoredTensor data, ..] ? data : throw new InvalidDataException("_rebuild_parameter expects a tensor");

    private static object Size(object?[] arguments) =>
        arguments is [object?[] sizes] ? sizes : throw new InvalidDataException("torch.Size expects a tuple");

    private static long[] Integers(object?[] tuple) =>
        tuple.All(item => item is long) ? [.. tuple.Cast<long>()] : throw new InvalidDataException("sizes and strides must be integers");
}
