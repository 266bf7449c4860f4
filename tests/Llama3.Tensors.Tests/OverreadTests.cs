using System.Buffers;
using System.Runtime.InteropServices;
using Llama3.Tensors.Products;

namespace Llama3.Tensors.Tests;

/// <summary>Weights are often the end of a mapped file: a product must not read a byte beyond them.</summary>
public sealed class OverreadTests
{
    [SkippableTheory(DisplayName = "nothing is read beyond the last weight")]
    [MemberData(nameof(ProductTests.Paths), MemberType = typeof(ProductTests))]
    public void Nothing_beyond(string width, ScalarType dtype)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the forbidden page is made with Linux's mmap and mprotect");
        using var page = new LastPage();
        foreach (var (n, k) in from n in new[] { 1, 2, 3, 4, 5 } from k in new[] { 1, 2, 3, 15, 16, 17, 31, 32, 33, 64, 65 } select (n, k))
        {
            var w = dtype == ScalarType.BFloat16
                ? Tensor.FromBFloat16(page.Bits[^(n * k)..], [1, n, k])
                : Tensor.FromSingles(page.Singles[^(n * k)..], [1, n, k]);
            foreach (var m in new[] { 1, 6 })
            {
                var product = Tensor.Product(ones([1, m, k], dtype), w.transpose(1, 2), Enum.Parse<VectorWidth>(width));
                product.ToSingles().Should().OnlyContain(sum => sum == 0);
            }
        }
    }

    /// <summary>A page of zeros, followed by one that kills the process that reads it.</summary>
    private sealed class LastPage : IDisposable
    {
        private const int ReadWrite = 3, PrivateAnonymous = 0x22, Nothing = 0;
        private readonly nint _address = mmap(0, 2 * Environment.SystemPageSize, ReadWrite, PrivateAnonymous, -1, 0);

        public LastPage()
        {
            (_address, mprotect(_address + Environment.SystemPageSize, Environment.SystemPageSize, Nothing)).Should().NotBe((-1, -1));
            Bits = new Page<ushort>(_address).Memory;
            Singles = new Page<float>(_address).Memory;
        }

        public ReadOnlyMemory<ushort> Bits { get; }

        public ReadOnlyMemory<float> Singles { get; }

        public void Dispose() => munmap(_address, 2 * Environment.SystemPageSize).Should().Be(0);
    }

    private sealed class Page<T>(nint address) : MemoryManager<T>
        where T : unmanaged
    {
        public override unsafe Span<T> GetSpan() => new((void*)address, Environment.SystemPageSize / sizeof(T));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(nint address, nint length, int protection);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(nint address, nint length);
}
