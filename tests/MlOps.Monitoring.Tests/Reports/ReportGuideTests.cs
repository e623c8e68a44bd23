namespace MlOps.Monitoring.Reports;

/// <summary>Runs the example of the guide.</summary>
[NonParallelizable]
public sealed class ReportGuideTests
{
    [Test]
    public async Task The_example_of_the_guide_writes_all_formats()
    {
        var (report, before, folder) = (TestReports.Drifted(), Environment.CurrentDirectory, Directory.CreateTempSubdirectory("mlops-report-"));
        try
        {
            Environment.CurrentDirectory = folder.FullName;

            Console.WriteLine(report.Headline);
            foreach (var step in report.NextSteps)
            {
                Console.WriteLine($"- {step}");
            }

            await File.WriteAllTextAsync("weather.html", report.ToHtml());
            await File.WriteAllTextAsync("weather.md", report.ToMarkdown());
            await File.WriteAllTextAsync("weather.json", report.ToJson());

            Assert.That(folder.GetFiles(), Has.Length.EqualTo(3));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }
}
