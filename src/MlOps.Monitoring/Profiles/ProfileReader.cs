using System.Runtime.InteropServices;

namespace MlOps.Monitoring.Profiles;

/// <summary>Reads the content of a profile. FORMAT.md describes it.</summary>
internal static class ProfileReader
{
    public static DataProfile Read(BinaryReader reader)
    {
        var rows = reader.ReadInt64();
        var features = new List<FeatureProfile>();
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            features.Add(ReadFeature(reader));
        }

        return new DataProfile(rows, features);
    }

    public static FeatureProfile ReadFeature(BinaryReader reader)
    {
        var marker = reader.ReadByte();
        var name = reader.ReadString();
        var count = reader.Read7BitEncodedInt64();
        var missing = reader.Read7BitEncodedInt64();
        var distinct = reader.ReadDouble();
        return marker switch
        {
            ProfileWriter.TextMarker => ReadTexts(reader, name, count, missing, distinct),
            ProfileWriter.NumberMarker => ReadNumbers(reader, name, count, missing, distinct),
            _ => throw new InvalidDataException($"The feature '{name}' has the unknown marker {marker}."),
        };
    }

    private static FeatureProfile ReadNumbers(BinaryReader reader, string name, long count, long missing, double distinct)
    {
        var profile = new
        {
            NaN = reader.Read7BitEncodedInt64(),
            PositiveInfinity = reader.Read7BitEncodedInt64(),
            NegativeInfinity = reader.Read7BitEncodedInt64(),
            Min = reader.ReadDouble(),
            Max = reader.ReadDouble(),
            Mean = reader.ReadDouble(),
            StandardDeviation = reader.ReadDouble(),
        };
        var edges = ReadPlanes(reader, reader.Read7BitEncodedInt());
        var counts = new long[edges.Length == 0 ? 0 : edges.Length + 1];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = reader.Read7BitEncodedInt64();
        }

        var rankError = reader.ReadDouble();
        var variance = reader.ReadDouble();
        var state = reader.ReadUInt64();
        var levels = new double[Limit(reader.Read7BitEncodedInt(), 1, KllSketch.MaxLevels)][];
        for (var level = 0; level < levels.Length; level++)
        {
            levels[level] = ReadPlanes(reader, Limit(reader.Read7BitEncodedInt(), 0, KllSketch.K));
        }

        var feature = new FeatureProfile
        {
            Name = name,
            IsText = false,
            Count = count,
            Missing = missing,
            NaN = profile.NaN,
            PositiveInfinity = profile.PositiveInfinity,
            NegativeInfinity = profile.NegativeInfinity,
            Min = profile.Min,
            Max = profile.Max,
            Mean = profile.Mean,
            StandardDeviation = profile.StandardDeviation,
            BinEdges = edges,
            BinCounts = counts,
            Distinct = distinct,
            RankError = rankError,
            Sketch = KllSketch.Restore(levels, variance, state),
            DistinctSketch = ReadDistinct(reader),
        };
        return feature;
    }

    private static FeatureProfile ReadTexts(BinaryReader reader, string name, long count, long missing, double distinct)
    {
        var known = ReadKnown(reader);
        var categories = new List<KeyValuePair<string, long>>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            categories.Add(new(reader.ReadString(), reader.Read7BitEncodedInt64()));
        }

        return new FeatureProfile
        {
            Name = name,
            IsText = true,
            Count = count,
            Missing = missing,
            Distinct = distinct,
            Known = known,
            Categories = categories,
            OtherCategories = reader.Read7BitEncodedInt64(),
            CategoryError = reader.Read7BitEncodedInt64(),
            Unseen = reader.Read7BitEncodedInt64(),
            Lengths = reader.ReadBoolean() ? ReadFeature(reader) : null,
            DistinctSketch = ReadDistinct(reader),
        };
    }

    private static List<string>? ReadKnown(BinaryReader reader)
    {
        var left = reader.Read7BitEncodedInt();
        if (left == 0)
        {
            return null;
        }

        var known = new List<string>();
        for (; left > 1; left--)
        {
            known.Add(reader.ReadString());
        }

        return known;
    }

    private static HyperLogLog? ReadDistinct(BinaryReader reader) => reader.ReadBoolean() ? new HyperLogLog(ReadBytes(reader, HyperLogLog.Size)) : null;

    private static double[] ReadPlanes(BinaryReader reader, int count)
    {
        var planes = ReadBytes(reader, Limit(count, 0, int.MaxValue / sizeof(double)) * sizeof(double));
        var numbers = new double[count];
        var bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        for (var i = 0; i < planes.Length; i++)
        {
            bytes[(i % count * sizeof(double)) + (i / count)] = planes[i];
        }

        return numbers;
    }

    private static byte[] ReadBytes(BinaryReader reader, int count) =>
        reader.ReadBytes(count) is var bytes && bytes.Length == count ? bytes : throw new EndOfStreamException("The content is cut short.");

    private static int Limit(int value, int minimum, int maximum) => value >= minimum && value <= maximum
        ? value
        : throw new InvalidDataException($"The length {value} is not in the range from {minimum} to {maximum}.");
}
