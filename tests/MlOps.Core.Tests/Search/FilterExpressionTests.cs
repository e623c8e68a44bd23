using CsCheck;

namespace MlOps.Search;

public sealed class FilterExpressionTests
{
    private static readonly FilterSchema s_schema = new(new Dictionary<string, FilterType>
    {
        ["name"] = FilterType.Text,
        ["version"] = FilterType.Number,
        ["created"] = FilterType.Time,
        ["alias"] = FilterType.Text,
    });

    private static readonly Record s_record = new()
    {
        [(FilterScope.Metric, "auc")] = [new(0.93)],
        [(FilterScope.Metric, "val/loss")] = [new(-1.5e-3)],
        [(FilterScope.Metric, "broken")] = [new(double.NaN)],
        [(FilterScope.Parameter, "depth")] = [new("6")],
        [(FilterScope.Parameter, "solver")] = [new("lbfgs")],
        [(FilterScope.Tag, "stage")] = [new("live")],
        [(FilterScope.Tag, "my key")] = [new("it's")],
        [(FilterScope.Tag, "mlflow.user")] = [new("ada")],
        [(FilterScope.Dataset, "flights")] = [new(3d), new(5d)],
        [(FilterScope.Attribute, "name")] = [new("Churn model")],
        [(FilterScope.Attribute, "version")] = [new(7d)],
        [(FilterScope.Attribute, "created")] = [new(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero))],
        [(FilterScope.Attribute, "alias")] = [new("production"), new("champion")],
    };

    [TestCase("metrics.auc > 0.9")]
    [TestCase("metrics.auc>=.93")]
    [TestCase("metric.auc = 9.3e-1")]
    [TestCase("metrics.val/loss < 0")]
    [TestCase("metrics.`val/loss` = -0.0015")]
    [TestCase("params.depth > 5 and params.depth < 1e1")]
    [TestCase("params.depth = '6'")]
    [TestCase("params.solver LIKE 'l%s'")]
    [TestCase("params.solver ilike 'L_FGS'")]
    [TestCase("tags.stage != 'draft'")]
    [TestCase("tags.\"my key\" = 'it''s'")]
    [TestCase("tags.`my key` = \"it's\"")]
    [TestCase("tags.mlflow.user = 'ada'")]
    [TestCase("tags.stage IN ('draft', 'live')")]
    [TestCase("tags.stage not in ('draft')")]
    [TestCase("datasets.flights = 3")]
    [TestCase("datasets.flights in (4, 5)")]
    [TestCase("name = 'Churn model'")]
    [TestCase("attributes.name like 'Churn%'")]
    [TestCase("version = 7")]
    [TestCase("created > '2026-01-01'")]
    [TestCase("created < 1767916800000")]
    [TestCase("alias = 'champion'")]
    [TestCase("alias != 'staging'")]
    [TestCase("not tags.missing = 'x'")]
    [TestCase("version = 1 or version = 7 and metrics.auc > 0.9")]
    [TestCase("not (version = 7 and metrics.auc < 0.9)")]
    [TestCase("not not version = 7")]
    [TestCase("tags.missing IS NULL")]
    [TestCase("metrics.missing is null")]
    [TestCase("datasets.other is null")]
    [TestCase("alias Is Not Null")]
    [TestCase("params.depth is not null and tags.`my key` is not null")]
    [TestCase("metrics.broken is not null")]
    [TestCase("")]
    [TestCase("  ")]
    public void A_true_condition_matches(string filter) => Assert.That(Matches(filter), Is.True);

    [TestCase("metrics.auc > 0.93")]
    [TestCase("metrics.broken > 0")]
    [TestCase("metrics.broken = 0")]
    [TestCase("metrics.missing != 1")]
    [TestCase("tags.missing != 'x'")]
    [TestCase("tags.missing not in ('x')")]
    [TestCase("tags.stage = 'LIVE'")]
    [TestCase("tags.Stage = 'live'")]
    [TestCase("params.solver like 'L%'")]
    [TestCase("params.solver > 1")]
    [TestCase("params.depth = '6.0'")]
    [TestCase("datasets.flights = 4")]
    [TestCase("datasets.flights != 3")]
    [TestCase("alias not in ('champion', 'other')")]
    [TestCase("version = 1 and version = 7 or version = 2")]
    [TestCase("(version = 7 or version = 1) and metrics.auc > 1")]
    [TestCase("name like '%x%'")]
    [TestCase("tags.stage is null")]
    [TestCase("tags.missing is not null")]
    public void A_false_condition_does_not_match(string filter) => Assert.That(Matches(filter), Is.False);

    [TestCase("metrics.auc >", 14, "the end", "a number")]
    [TestCase("metrics.auc > 'high'", 15, "the text 'high'", "a number")]
    [TestCase("metrics.auc > 1.2.3", 15, "'1.2.3'", "a number")]
    [TestCase("metrics.auc > 1e999", 15, "'1e999'", "a number")]
    [TestCase("metrics.auc 0.9", 13, "'0.9'", "'='")]
    [TestCase("metrics.auc = 1 tags.a = 'b'", 17, "'tags.a'", "'and', 'or' or the end")]
    [TestCase("metrics. > 1", 1, "'metrics.'", "metrics.…")]
    [TestCase("size > 1", 1, "'size'", "(name, version, created, alias)")]
    [TestCase("runs.x > 1", 1, "'runs.x'", "metrics.…")]
    [TestCase("tags.stage > 'a'", 14, "the text 'a'", "a number: text has no order")]
    [TestCase("tags.stage = draft", 14, "'draft'", "text in quotes or a number")]
    [TestCase("name = 3", 8, "'3'", "text in quotes")]
    [TestCase("version like '7'", 9, "'like'", "the key is numeric")]
    [TestCase("tags.stage in 'a'", 15, "the text 'a'", "'('")]
    [TestCase("tags.stage in ('a' 'b')", 20, "the text 'b'", "',' or ')'")]
    [TestCase("tags.stage not = 'a'", 16, "'='", "'in'")]
    [TestCase("(version = 7", 13, "the end", "')', 'and' or 'or'")]
    [TestCase("version = 7)", 12, "')'", "'and', 'or' or the end")]
    [TestCase("name = 'open", 8, "an unterminated string", "a closing '")]
    [TestCase("version ! 7", 9, "'!'", "'!='")]
    [TestCase("version = 7; drop", 12, "the character ';'", "a key")]
    [TestCase("tags.stage is 'a'", 15, "the text 'a'", "'null' or 'not null'")]
    [TestCase("tags.stage is not 'a'", 19, "the text 'a'", "'null'")]
    [TestCase("tags.stage null", 12, "'null'", "'is null'")]
    [TestCase("verison = 7", 1, "'verison'", "Did you mean 'version'?")]
    [TestCase("attributes.nam = 'x'", 1, "'attributes.nam'", "Did you mean 'name'?")]
    [TestCase("metrisc.auc > 7", 1, "'metrisc.auc'", "Did you mean 'metrics'?")]
    [TestCase("prams.`a b` > 7", 1, "'prams.a b'", "Did you mean 'params'?")]
    [TestCase("max.auc > 7", 1, "'max.auc'", "metrics.…, params.…, tags.…, datasets.… or an attribute (name, ")]
    [TestCase("created > 'yesterday'", 11, "the text 'yesterday'", "a time")]
    public void An_error_contains_the_position_and_the_expected_text(string filter, int position, string found, string expected)
    {
        var thrown = Assert.Throws<ArgumentException>(() => Matches(filter))!;

        Assert.That(thrown.Message, Does.Contain($"found {found} at position {position}, expected").And.Contain(expected));
    }

    [Test]
    public void A_filter_that_is_too_deep_or_too_long_is_refused()
    {
        Assert.That(Assert.Throws<ArgumentException>(() => Matches(new string('(', 5000)))!.Message, Does.Contain("the maximum nesting depth is 100"));
        Assert.That(
            Assert.Throws<ArgumentException>(() => Matches(new string(' ', 20_000)))!.Message,
            Does.Contain("the maximum length of a filter is 10000 characters"));
    }

    [Test]
    public void A_pathological_pattern_is_matched_quickly()
    {
        var record = new Record { [(FilterScope.Tag, "t")] = [new(new string('a', 5000))] };

        Assert.That(FilterExpression.Parse($"tags.t like '{string.Concat(Enumerable.Repeat("a%", 1000))}b'", s_schema).Matches(record), Is.False);
    }

    [Test]
    public void Any_text_is_either_read_or_refused_with_a_position() => Gen.OneOf(
            "metrics.auc", "tags.`a b`", "version", "name", "not", "and", "or", "in", "like", "is", "null", "(", ")", ",", "=", "!=", ">", "<=", "'x'", "\"",
            "7", "-1.5", "é", "!", "`")
        .List[0, 12].Select(static parts => string.Join(' ', parts))
        .Sample(static filter =>
        {
            try
            {
                Matches(filter);
            }
            catch (ArgumentException exception)
            {
                Assert.That(exception.Message, Does.Contain("at position"));
            }
        });

    [Test]
    public void A_filter_and_its_negation_never_match_the_same_record()
    {
        var comparisons = Gen.OneOf(
            "metrics.auc > 0.9", "metrics.missing = 1", "tags.stage != 'live'", "alias = 'champion'", "version in (1, 2)", "tags.missing is null");
        var filters = Gen.Select(comparisons, comparisons, Gen.OneOf("and", "or")).Select(static (left, right, joint) => $"{left} {joint} {right}");

        filters.Sample(static filter => Matches(filter) != Matches($"not ({filter})"));
    }

    private static bool Matches(string filter) => FilterExpression.Parse(filter, s_schema).Matches(s_record);

    private sealed class Record : Dictionary<(FilterScope, string), FilterValue[]>, IFilterSubject
    {
        public IEnumerable<FilterValue> Find(FilterScope scope, string key) => this.GetValueOrDefault((scope, key), []);
    }
}
