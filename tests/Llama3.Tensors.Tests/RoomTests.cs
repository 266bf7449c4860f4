using Llama3.Tensors.Products;

namespace Llama3.Tensors.Tests;

public sealed class RoomTests
{
    [Fact(DisplayName = "what is in a room stays where it is when the collector moves the room")]
    public void Moved()
    {
        const int Count = 256;
        var rooms = new Room<float>[Count];
        for (var i = 0; i < Count; i++)
        {
            // It will be gone, and what lies behind it moves up by a part of a line.
            _ = new byte[1 + (i % 64)];
            rooms[i] = new Room<float>(100);
            for (var at = 0; at < 100; at++) { rooms[i].Span[at] = (100 * i) + at; }
        }
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        for (var i = 0; i < Count; i++)
        {
            rooms[i].Span.ToArray().Should().Equal(Enumerable.Range(100 * i, 100).Select(number => (float)number));
            rooms[i].Dispose();
        }
    }
}
