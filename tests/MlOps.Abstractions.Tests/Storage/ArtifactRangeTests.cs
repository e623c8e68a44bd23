using CsCheck;
using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class ArtifactRangeTests
{
    [TestCase(0L, null, 10L, 10L)]
    [TestCase(3L, 4L, 10L, 4L)]
    [TestCase(3L, 7L, 10L, 7L)]
    [TestCase(3L, 8L, 10L, 7L)]
    [TestCase(9L, null, 10L, 1L)]
    [TestCase(10L, null, 10L, 0L)]
    [TestCase(11L, 5L, 10L, 0L)]
    [TestCase(0L, 1L, 0L, 0L)]
    [TestCase(5L, long.MaxValue, 10L, 5L)]
    [TestCase(long.MaxValue, long.MaxValue, long.MaxValue, 0L)]
    [TestCase(long.MaxValue, null, 0L, 0L)]
    public void Clip_yields_how_many_bytes_exist(long offset, long? length, long size, long expected)
    {
        Assert.That(new ArtifactRange(offset, length).ClipTo(size), Is.EqualTo(expected));
    }

    [Test]
    public void Clip_counts_the_bytes_that_are_in_both()
    {
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 30], Gen.Int[0, 30]).Sample(static (offset, length, size) =>
            new ArtifactRange(offset, length).ClipTo(size) == Enumerable.Range(offset, length).Count(index => index < size));
    }

    [Test]
    public void Offset_below_zero_is_refused()
    {
        Assert.That(static () => new ArtifactRange(-1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("offset"));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Length_below_one_is_refused(long length)
    {
        Assert.That(() => new ArtifactRange(0, length), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("length"));
    }
}
