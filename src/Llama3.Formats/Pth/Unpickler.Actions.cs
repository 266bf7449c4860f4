using System.Buffers.Binary;
using System.Globalization;
using Llama3.Formats.Input;
using static Llama3.Formats.Pth.PickleOpcode;
using Dict = System.Collections.Generic.OrderedDictionary<string, object?>;

namespace Llama3.Formats.Pth;

/// <content>The opcodes that PyTorch uses, each with its action.</content>
internal sealed partial class Unpickler
{
    private const int NewestProtocol = 5;

    private static readonly Dictionary<PickleOpcode, Action<Unpickler>> Actions = new()
    {
        [PROTO] = p => p.RequireProtocol(),
        [FRAME] = p => p.Take(8),
        [MARK] = p => p._marks.Push(p._stack.Count),

        [NONE] = p => p.Push(null),
        [NEWTRUE] = p => p.Push(true),
        [NEWFALSE] = p => p.Push(false),
        [BININT] = p => p.Push((long)(int)p.Unsigned(4)),
        [BININT1] = p => p.Push((long)p.Unsigned(1)),
        [BININT2] = p => p.Push((long)p.Unsigned(2)),
        [LONG1] = p => p.PushLong(),
        [BINFLOAT] = p => p.Push(BinaryPrimitives.ReadDoubleBigEndian(p.Take(8))),
        [SHORT_BINUNICODE] = p => p.Push(Text(p.Take(p.Unsigned(1)))),
        [BINUNICODE] = p => p.Push(Text(p.Take(p.Unsigned(4)))),
        [BINUNICODE8] = p => p.Push(Text(p.Take(p.Unsigned(8)))),

        [EMPTY_TUPLE] = p => p.Push(Array.Empty<object?>()),
        [TUPLE1] = p => p.Push(p.Pop(1)),
        [TUPLE2] = p => p.Push(p.Pop(2)),
        [TUPLE3] = p => p.Push(p.Pop(3)),
        [TUPLE] = p => p.Push(p.PopToMark()),
        [EMPTY_LIST] = p => p.Push(new List<object?>()),
        [APPEND] = p => p.Append(p.Pop(1)),
        [APPENDS] = p => p.Append(p.PopToMark()),
        [EMPTY_DICT] = p => p.Push(new Dict()),
        [SETITEM] = p => p.SetItems(p.Pop(2)),
        [SETITEMS] = p => p.SetItems(p.PopToMark()),

        [BINPUT] = p => p.Remember((uint)p.Unsigned(1)),
        [LONG_BINPUT] = p => p.Remember((uint)p.Unsigned(4)),
        [MEMOIZE] = p => p.Remember((uint)p._memo.Count),
        [BINGET] = p => p.Recall((uint)p.Unsigned(1)),
        [LONG_BINGET] = p => p.Recall((uint)p.Unsigned(4)),

        [GLOBAL] = p => p.PushGlobal(Text(p.TakeLine()), Text(p.TakeLine())),
        [STACK_GLOBAL] = p => p.PushGlobal(p.Pop(2)),
        [BINPERSID] = p => p.PersistentLoad(),
        [REDUCE] = p => p.Reduce(),
        [BUILD] = p => p.Build(),
    };

    private void RequireProtocol()
    {
        if (Unsigned(1) is var protocol and > NewestProtocol)
        {
            throw new InvalidDataException($"the pickle protocol is {protocol}, expected at most {NewestProtocol}");
        }
    }

    private void PushLong()
    {
        var size = (int)Unsigned(1);
        if (size is 0 or > sizeof(long))
        {
            throw new InvalidDataException($"an integer of {size} bytes is not a size, stride or offset");
        }
        var unused = 64 - (8 * size);
        Push((long)(Unsigned(size) << unused) >> unused);
    }

    private void Append(object?[] values) => Peek<List<object?>>().AddRange(values);

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0) { throw new InvalidDataException("a key has no value"); }
        var dict = Peek<Dict>();
        foreach (var pair in items.Chunk(2)) { dict[Key(pair[0])] = pair[1]; }
    }

    /// <summary>Layers and passes may be counted.</summary>
    private static string Key(object? key) => key is long number ? number.ToString(CultureInfo.InvariantCulture) : As<string>(key);

    private void PushGlobal(object?[] parts) => PushGlobal(As<string>(parts[0]), As<string>(parts[1]));

    private void PushGlobal(string module, string name)
    {
        var global = $"{module}.{name}";
        if (!globals.TryGetValue(global, out var value))
        {
            throw new InvalidDataException($"the file asks for Python's {Printable.Text(global)}; only "
                + $"{string.Join(", ", globals.Keys)} are allowed. Nothing was run; do not trust the file unless this names a data type"
                + (module.StartsWith("numpy", StringComparison.Ordinal) ? "; of an array of NumPy save torch.from_numpy(x)" : ""));
        }
        Push(value);
    }

    private void PersistentLoad() => Push(persistent_load(Pop<object?[]>()));

    private void Reduce()
    {
        var arguments = Pop<object?[]>();
        Push(Pop<PickleFunction>()(arguments));
    }

    /// <summary>The attributes of an OrderedDict, such as the <c>_metadata</c> of a state_dict, are not needed here.</summary>
    private void Build()
    {
        Pop();
        Peek<Dict>();
    }
}
