namespace Llama3.Formats.Pth;

/// <content>The stack, its marks and the memo.</content>
internal sealed partial class Unpickler
{
    private void Push(object? value) => _stack.Add(value);

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object? Peek() => _stack.Count > (_marks.TryPeek(out var mark) ? mark : 0)
        ? _stack[^1]
        : throw new InvalidDataException("a value is expected on the stack, but there is none");

    private T Pop<T>() => As<T>(Pop());

    private T Peek<T>() => As<T>(Peek());

    private static T As<T>(object? value) => value is T expected
        ? expected
        : throw new InvalidDataException("the value on the stack is not of the kind that is expected here");

    private object?[] Pop(int count)
    {
        var values = new object?[count];
        for (var index = count - 1; index >= 0; index--) { values[index] = Pop(); }
        return values;
    }

    private object?[] PopToMark()
    {
        if (!_marks.TryPeek(out var mark))
        {
            throw new InvalidDataException("a mark is expected on the stack, but there is none");
        }
        var values = Pop(_stack.Count - mark);
        _marks.Pop();
        return values;
    }

    private void Remember(uint key) => _memo[key] = Peek();

    private void Recall(uint key) =>
        Push(_memo.TryGetValue(key, out var value) ? value : throw new InvalidDataException($"the memo holds nothing under {key}"));
}
