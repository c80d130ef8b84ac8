using LlmOps.Inference.Models.Kernels;

namespace LlmOps.Tests.Inference.Models.Kernels;

public sealed unsafe class LargePagesTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public void Pieces_lie_apart_and_outlive_each_other()
    {
        int[] sizes = [1, 63, 64, 65, 5 * Mebibyte, 31 * Mebibyte, 33 * Mebibyte, 100, 20 * Mebibyte, 20 * Mebibyte];
        nint[] pieces = [.. sizes.Select(size => (nint)LargePages.Allocate(size))];
        for (int i = 0; i < pieces.Length; i++) Span(pieces[i], sizes[i]).Fill((byte)(i + 1));

        // In an order in which regions are given back before, between and after others.
        foreach (int freed in new[] { 4, 0, 9, 6, 2, 8, 1, 7, 3 })
        {
            LargePages.Free((byte*)pieces[freed]);
            pieces[freed] = 0;
            for (int i = 0; i < pieces.Length; i++)
            {
                if (pieces[i] != 0) Assert.Equal(-1, Span(pieces[i], sizes[i]).IndexOfAnyExcept((byte)(i + 1)));
            }
        }
        LargePages.Free((byte*)pieces[5]);
    }

    [Fact]
    public void Pieces_begin_with_a_line_of_the_cache()
    {
        nint[] pieces = [.. new[] { 1, 100, 3 }.Select(size => (nint)LargePages.Allocate(size))];
        Assert.All(pieces, piece => Assert.Equal(0, piece % 64));
        foreach (nint piece in pieces) LargePages.Free((byte*)piece);
    }

    private static Span<byte> Span(nint piece, int size) => new((byte*)piece, size);
}
