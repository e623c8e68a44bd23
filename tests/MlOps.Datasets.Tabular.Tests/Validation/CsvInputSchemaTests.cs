using System.Globalization;
using System.Text;
using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Validation;

public sealed class CsvInputSchemaTests
{
    /// <summary>The expected figures are those of Python's csv and statistics modules (min, max, median_low) for the same file.</summary>
    [Test]
    public async Task The_schema_of_the_weather_is_as_Python_computes_it()
    {
        var schema = await CsvInputSchema.InferFileAsync(Data("seattle-weather.csv"));

        Assert.That(
            schema.Features.Select(static feature => (feature.Name, feature.Type, feature.Minimum, feature.Maximum, feature.Impute)),
            Is.EqualTo(new (string, FeatureType, double?, double?, object?)[]
            {
                ("date", FeatureType.DateTime, null, null, null),
                ("precipitation", FeatureType.Float64, 0, 55.9, 0.0),
                ("temp_max", FeatureType.Float64, -1.6, 35.6, 15.6),
                ("temp_min", FeatureType.Float64, -7.1, 18.3, 8.3),
                ("wind", FeatureType.Float64, 0.4, 9.5, 3.0),
                ("weather", FeatureType.String, null, null, "rain"),
            }));
        Assert.That(schema.Features[^1].Categories, Is.EqualTo(["drizzle", "fog", "rain", "snow", "sun"]));
    }

    [Test]
    public async Task Every_day_of_the_weather_passes_the_schema_inferred_from_all()
    {
        var validator = new InputValidator<Weather>(await CsvInputSchema.InferFileAsync(Data("seattle-weather.csv"), new SchemaInferenceOptions { Slack = 0 }));
        var days = (await File.ReadAllLinesAsync(Data("seattle-weather.csv"))).Skip(1).Select(Weather.Parse).ToArray();

        Assert.That(days.SelectMany(day => validator.Validate(day).Violations), Is.Empty);
        Assert.That(validator.Validate(days[0] with { TempMax = 35.7 }).Violations.Single().Rule, Is.EqualTo(InputRule.Maximum));
        Assert.That(validator.Validate(days[0] with { Description = "hail" }).Violations.Single().Rule, Is.EqualTo(InputRule.Category));
    }

    [TestCase("20.5", 20.6, 30)]
    [TestCase("20", 21, 30)]
    [TestCase("0.0", -0.05, -1)]
    public async Task A_constant_column_allows_a_slightly_different_value(string constant, double slightly, double other)
    {
        var validator = new InputValidator<Weather>(await InferAsync($"TempMax\n{constant}\n{constant}\n"));
        var day = Weather.Parse((await File.ReadAllLinesAsync(Data("seattle-weather.csv")))[1]);

        Assert.That(validator.Validate(day with { TempMax = slightly }).Violations, Is.Empty);
        Assert.That(validator.Validate(day with { TempMax = other }).IsRejected, Is.True);
    }

    [Test]
    public async Task The_number_of_categories_is_limited_by_an_option()
    {
        var few = await CsvInputSchema.InferFileAsync(Data("flights-20k.csv"));
        var many = await CsvInputSchema.InferFileAsync(Data("flights-20k.csv"), new SchemaInferenceOptions { MaxCategories = 250 });

        Assert.That(
            (few.Features[3].Categories, few.Features[3].MinimumLength, few.Features[3].MaximumLength),
            Is.EqualTo(((IReadOnlyList<string>?)null, (int?)3, (int?)3)));
        Assert.That(many.Features[3].Categories, Has.Count.EqualTo(220));
        Assert.That((few.Features[1].Type, few.Features[1].Minimum, few.Features[1].Maximum), Is.EqualTo((FeatureType.Int64, (double?)-59, (double?)522)));
    }

    [TestCase("1\n2\n", FeatureType.Int64)]
    [TestCase("1\n2.5\nNaN\n", FeatureType.Float64)]
    [TestCase("1\nNA\n", FeatureType.String)]
    [TestCase("01067\n10115\n", FeatureType.String)]
    [TestCase("true\nFALSE\n", FeatureType.Boolean)]
    [TestCase("2026-03-01\n2026-03-01T12:00:00Z\n", FeatureType.DateTime)]
    [SetCulture("de-DE")]
    public async Task The_type_of_a_column_is_the_type_of_its_profile(string values, FeatureType type)
    {
        var feature = (await InferAsync($"x,y\n{values.Replace("\n", ",1\n", StringComparison.Ordinal)},1\n")).Features[0];

        Assert.That((feature.Type, feature.IsNullable), Is.EqualTo((type, true)));
    }

    [Test]
    public async Task Columns_without_a_name_or_a_value_are_omitted() =>
        Assert.That((await InferAsync(",a,b\n0,1,\n1,2,\n")).Features.Select(static feature => feature.Name), Is.EqualTo(["a"]));

    [Test]
    public async Task A_malformed_file_is_refused_with_the_position() =>
        Assert.That((await Assert.ThrowsAsync<TableFormatException>(() => InferAsync("a,b\n1\n")))!.Message, Does.Contain("Row 1 of 'train.csv' has 1 fields"));

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    private static Task<InputSchema> InferAsync(string text) => CsvInputSchema.InferAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "train.csv");

    private sealed record Weather(DateTimeOffset Date, double Precipitation, double TempMax, double TempMin, double Wind,
        [property: Feature("weather")] string Description)
    {
        public static Weather Parse(string line)
        {
            var fields = line.Split(',');
            var numbers = Array.ConvertAll(fields[1..5], static field => double.Parse(field, CultureInfo.InvariantCulture));
            return new(DateTimeOffset.Parse(fields[0], CultureInfo.InvariantCulture), numbers[0], numbers[1], numbers[2], numbers[3], fields[5]);
        }
    }
}
