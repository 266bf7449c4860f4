using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Pth;

/// <summary>A function that a pickle may call: one of ours, in place of the Python function of that name.</summary>
internal delegate object PickleFunction(object?[] arguments);

/// <summary>
/// Interprets a pickle without Python: it builds tuples, lists, dicts and the values of the allowed globals, and runs
/// no code of the file. Work and memory are bounded by the size of the pickle.
/// </summary>
/// <remarks>
/// Integers become long, text string, tuples object?[], lists List, dicts and OrderedDicts <see cref="OrderedDictionary{TKey, TValue}"/>
/// with string keys. Functions take arrays and throw <see cref="InvalidDataException"/>; the place is added here.
/// </remarks>
internal sealed partial class Unpickler(
    byte[] pickle, string path, IReadOnlyDictionary<string, object> globals, PickleFunction persistent_load)
{
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    /// <summary>The object that the pickle describes.</summary>
    /// <exception cref="BadInputException">The pickle is broken, or asks for what a checkpoint does not need.</exception>
    public object? Load()
    {
        var start = 0;
        try
        {
            while (true)
            {
                start = _position;
                var opcode = (PickleOpcode)Take(1)[0];
                if (opcode == PickleOpcode.STOP) { return Pop(); }
                Action(opcode)(this);
            }
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}, byte {start}: {error.Message}", error);
        }
    }

    private static Action<Unpickler> Action(PickleOpcode opcode)
    {
        if (Actions.TryGetValue(opcode, out var action)) { return action; }
        throw new InvalidDataException(Enum.IsDefined(opcode)
            ? $"the pickle opcode {opcode} is not one that a checkpoint of tensors needs"
            : $"there is no pickle opcode 0x{(byte)opcode:X2}; the file is damaged");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        var left = pickle.Length - _position;
        if (count > (ulong)left)
        {
            throw new InvalidDataException($"the pickle ends here: {count} more bytes expected, {left} found");
        }
        _position += (int)count;
        return pickle.AsSpan(_position - (int)count, (int)count);
    }

    private ReadOnlySpan<byte> TakeLine()
    {
        var length = pickle.AsSpan(_position).IndexOf((byte)'\n');
        var line = Take((ulong)(length < 0 ? pickle.Length : length));
        _position++;
        return line;
    }

    /// <summary>An unsigned number of <paramref name="bytes"/> bytes, the least significant first.</summary>
    private ulong Unsigned(int bytes)
    {
        var value = 0UL;
        foreach (var part in Take((ulong)bytes)) { value = (value >> 8) | ((ulong)part << 56); }
        return value >> (64 - (8 * bytes));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
