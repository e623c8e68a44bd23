using System.Xml.Linq;

namespace MlOps.Reports;

public sealed class MatrixChartTests
{
    [Test]
    public void Cell_opacity_is_the_fraction_of_the_row_sum()
    {
        var svg = XDocument.Parse(Chart(["a", "b"], [[1, 3], [0, 0]]).ToSvg());

        var shares = svg.Descendants().Select(static element => (string?)element.Attribute("fill-opacity")).OfType<string>();
        Assert.That(shares, Is.EqualTo(new[] { "0.25", "0.75", "0", "0" }));
        Assert.That(
            svg.Descendants().Where(static element => element.Name.LocalName == "text").Select(static text => text.Value),
            Is.SupersetOf(new[] { "1", "3", "actual", "predicted", "a", "b" }));
    }

    [Test]
    public void Many_classes_are_drawn_without_numbers_and_with_few_labels()
    {
        var labels = Enumerable.Range(0, 200).Select(static index => $"class {index}").ToArray();

        var svg = XDocument.Parse(Chart(labels, [.. labels.Select(_ => new double[200])]).ToSvg());

        Assert.That(svg.Descendants().Count(static element => element.Name.LocalName == "text"), Is.LessThan(100));
    }

    [Test]
    public void A_matrix_that_is_not_square_is_rejected()
    {
        Assert.That(() => Chart(["a", "b"], [[1, 2]]).ToSvg(), Throws.InvalidOperationException.With.Message.Contains("1 rows and 2 labels"));
        Assert.That(() => Chart(["a", "b"], [[1, 2], [1]]).ToSvg(), Throws.InvalidOperationException);
        Assert.That(() => Chart([], []).ToSvg(), Throws.InvalidOperationException);
    }

    [TestCaseSource(typeof(HostileText), nameof(HostileText.All))]
    public void Hostile_names_are_escaped(string text)
    {
        var svg = XDocument.Parse(new MatrixChart { Title = text, RowLabel = text, ColumnLabel = text, Labels = [text], Values = [[double.NaN]] }.ToSvg());

        Assert.That(
            svg.Descendants().Select(static element => element.Name.LocalName).Distinct(),
            Is.SubsetOf(new[] { "svg", "title", "style", "rect", "text" }));
    }

    private static MatrixChart Chart(string[] labels, double[][] values) =>
        new() { Title = "Confusion", RowLabel = "actual", ColumnLabel = "predicted", Labels = labels, Values = values };
}
