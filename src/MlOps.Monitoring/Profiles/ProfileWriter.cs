using System.Runtime.InteropServices;

namespace MlOps.Monitoring.Profiles;

/// <summary>Writes the content of a profile. FORMAT.md describes it.</summary>
internal static class ProfileWriter
{
    /// <summary>The marker of features of texts.</summary>
    public const byte TextMarker = 1;

    /// <summary>The marker of features of numbers.</summary>
    public const byte NumberMarker = 2;

    public static void Write(BinaryWriter writer, DataProfile profile)
    {
        writer.Write(profile.Rows);
        writer.Write7BitEncodedInt(profile.Features.Count);
        foreach (var feature in profile.Features)
        {
            Write(writer, feature);
        }
    }

    public static void Write(BinaryWriter writer, FeatureProfile feature)
    {
        writer.Write(feature.IsText ? TextMarker : NumberMarker);
        writer.Write(feature.Name);
        writer.Write7BitEncodedInt64(feature.Count);
        writer.Write7BitEncodedInt64(feature.Missing);
        writer.Write(feature.Distinct);
        if (feature.IsText)
        {
            WriteTexts(writer, feature);
        }
        else
        {
            WriteNumbers(writer, feature);
        }
    }

    private static void WriteNumbers(BinaryWriter writer, FeatureProfile feature)
    {
        writer.Write7BitEncodedInt64(feature.NaN);
        writer.Write7BitEncodedInt64(feature.PositiveInfinity);
        writer.Write7BitEncodedInt64(feature.NegativeInfinity);
        writer.Write(feature.Min);
        writer.Write(feature.Max);
        writer.Write(feature.Mean);
        writer.Write(feature.StandardDeviation);
        writer.Write7BitEncodedInt(feature.BinEdges.Count);
        WritePlanes(writer, [.. feature.BinEdges]);
        foreach (var count in feature.BinCounts)
        {
            writer.Write7BitEncodedInt64(count);
        }

        var sketch = feature.Sketch;
        writer.Write(feature.RankError);
        writer.Write(sketch.Variance);
        writer.Write(sketch.State);
        writer.Write7BitEncodedInt(sketch.Levels);
        for (var level = 0; level < sketch.Levels; level++)
        {
            writer.Write7BitEncodedInt(sketch.Level(level).Length);
            WritePlanes(writer, sketch.Level(level));
        }

        WriteDistinct(writer, feature, isExact: sketch.Variance == 0);
    }

    private static void WriteTexts(BinaryWriter writer, FeatureProfile feature)
    {
        WriteTexts(writer, feature.Known);
        writer.Write7BitEncodedInt(feature.Categories.Count);
        foreach (var (text, count) in feature.Categories)
        {
            writer.Write(text);
            writer.Write7BitEncodedInt64(count);
        }

        writer.Write7BitEncodedInt64(feature.OtherCategories);
        writer.Write7BitEncodedInt64(feature.CategoryError);
        writer.Write7BitEncodedInt64(feature.Unseen);
        writer.Write(feature.Lengths is not null);
        if (feature.Lengths is not null)
        {
            Write(writer, feature.Lengths);
        }

        WriteDistinct(writer, feature, isExact: feature.CategoryError == 0);
    }

    private static void WriteTexts(BinaryWriter writer, IReadOnlyList<string>? texts)
    {
        writer.Write7BitEncodedInt(texts?.Count + 1 ?? 0);
        foreach (var text in texts ?? [])
        {
            writer.Write(text);
        }
    }

    // An exact profile has all values, and the sketch of distinct values is computed from them.
    private static void WriteDistinct(BinaryWriter writer, FeatureProfile feature, bool isExact)
    {
        writer.Write(!isExact);
        if (!isExact)
        {
            writer.Write(feature.DistinctSketch.Registers);
        }
    }

    /// <summary>Writes numbers as eight planes: first the lowest byte of each number, at last the highest. Planes of similar bytes compress well.</summary>
    private static void WritePlanes(BinaryWriter writer, ReadOnlySpan<double> numbers)
    {
        var bytes = MemoryMarshal.AsBytes(numbers);
        var plane = new byte[numbers.Length];
        for (var index = 0; index < sizeof(double); index++)
        {
            for (var i = 0; i < plane.Length; i++)
            {
                plane[i] = bytes[(i * sizeof(double)) + index];
            }

            writer.Write(plane);
        }
    }
}
