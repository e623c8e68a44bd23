using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Draws a square matrix, such as a confusion matrix, as an SVG image. The color of a cell shows its fraction of the sum of its row.</summary>
/// <remarks>Instances are immutable and thread-safe, provided that the caller does not change the lists.</remarks>
/// <example>
/// <code>
/// var chart = new MatrixChart { Title = "Confusion matrix", Labels = ["yes", "no"], Values = [[40, 3], [5, 52]] };
/// File.WriteAllText("confusion-matrix.svg", chart.ToSvg());
/// </code>
/// </example>
public sealed class MatrixChart
{
    /// <summary>The maximum number of rows and columns.</summary>
    public const int MaxSize = 200;

    private const double Left = 150;
    private const double Top = 56;
    private const double Bottom = 110;
    private const double Right = 30;
    private const double Width = 480;
    private const double SmallestWithText = 26;
    private const double LabelSpace = 14;

    /// <summary>Gets the title.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the names of the rows, which are also those of the columns.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Gets the numbers by row, shape <c>[labels, labels]</c>.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }

    /// <summary>Gets the label of the vertical axis.</summary>
    public string RowLabel { get; init; } = "";

    /// <summary>Gets the label of the horizontal axis.</summary>
    public string ColumnLabel { get; init; } = "";

    /// <summary>Draws the chart.</summary>
    /// <returns>A self-contained SVG document that is readable on light and dark backgrounds. All texts are escaped.</returns>
    /// <exception cref="InvalidOperationException">
    /// There are no labels or more than <see cref="MaxSize"/>, or the number of rows or columns differs from the number of labels.
    /// </exception>
    public string ToSvg()
    {
        var count = Labels.Count;
        if (count is 0 or > MaxSize || Values.Count != count || Values.Any(row => row.Count != count))
        {
            throw new InvalidOperationException(
                $"The matrix has {Values.Count} rows and {count} labels. Specify 1 to {MaxSize} labels, and the same number of rows and columns.");
        }

        var cell = Math.Min(80, Width / count);
        var side = cell * count;
        return Svg.Draw(
            Title,
            Left + side + Right,
            Top + side + Bottom,
            [
                Svg.Text((Left + side + Right) / 2, 24, Title, "middle", 60, ("font-size", "15")),
                Svg.Text(Left + (side / 2), Top - 10, ColumnLabel, "middle"),
                Svg.Text(0, 0, RowLabel, "middle", 60, ("transform", $"translate(16 {Svg.Number(Top + (side / 2))}) rotate(-90)")),
                .. Enumerable.Range(0, count).SelectMany(row => DrawRow(row, cell)),
                .. DrawLabels(cell, side),
            ]);
    }

    private IEnumerable<XElement> DrawRow(int row, double cell)
    {
        var total = Values[row].Where(double.IsFinite).Sum(Math.Abs);
        for (var column = 0; column < Labels.Count; column++)
        {
            var value = Values[row][column];
            var share = double.IsFinite(value) && total > 0 ? Math.Abs(value) / total : 0;
            var (x, y) = (Left + (column * cell), Top + (row * cell));
            yield return Svg.Rectangle(x, y, cell, cell, ("class", "grid"), ("fill", "#0a6ab0"), ("fill-opacity", Svg.Number(share)));
            if (cell >= SmallestWithText)
            {
                yield return Svg.Text(x + (cell / 2), y + (cell / 2) + 4, DisplayText.Number(value), "middle", 12, share > 0.5 ? [("class", "strong")] : []);
            }
        }
    }

    private IEnumerable<XElement> DrawLabels(double cell, double side)
    {
        var every = (int)Math.Ceiling(LabelSpace / cell);
        for (var index = 0; index < Labels.Count; index += every)
        {
            var middle = (index + 0.5) * cell;
            yield return Svg.Text(Left - 8, Top + middle + 4, Labels[index], "end", 16);
            var turned = $"translate({Svg.Number(Left + middle)} {Svg.Number(Top + side + 14)}) rotate(-45)";
            yield return Svg.Text(0, 0, Labels[index], "end", 16, ("transform", turned));
        }
    }
}
