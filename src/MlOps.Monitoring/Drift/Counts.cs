using System.Globalization;

namespace MlOps.Monitoring.Drift;

/// <summary>Validates and adds counts of bins or categories.</summary>
internal static class Counts
{
    public static void Validate(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The reference has {reference.Length} counts and the current sample has {current.Length}. Pass a count of each category in both."),
                nameof(current));
        }

        if (reference.IsEmpty)
        {
            throw new ArgumentException("There are no categories. Pass at least one count in each sample.", nameof(reference));
        }

        Validate(reference, nameof(reference));
        Validate(current, nameof(current));
    }

    public static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum = checked(sum + count);
        }

        return sum;
    }

    private static void Validate(ReadOnlySpan<long> counts, string parameter)
    {
        for (var index = 0; index < counts.Length; index++)
        {
            if (counts[index] < 0)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"The count at index {index} is {counts[index]}. Pass zero or more."), parameter);
            }
        }
    }
}
