namespace MlOps.Monitoring.Reports;

public sealed class ReportFilesTests
{
    private static readonly Dictionary<string, Func<MonitoringReport>> s_reports = new()
    {
        ["drifted"] = TestReports.Drifted,
        ["healthy"] = TestReports.Healthy,
        ["empty"] = TestReports.Empty,
        ["hostile"] = TestReports.Hostile,
        ["wide"] = static () => TestReports.Wide(300),
    };

    private static IEnumerable<string> Names => s_reports.Keys;

    [TestCaseSource(nameof(Names))]
    public void Writes(string name)
    {
        Directory.CreateDirectory("/tmp/reports");
        File.WriteAllText($"/tmp/reports/{name}.html", s_reports[name]().ToHtml());
        File.WriteAllText($"/tmp/reports/{name}.md", s_reports[name]().ToMarkdown());
        File.WriteAllText($"/tmp/reports/{name}.json", s_reports[name]().ToJson());
    }
}
