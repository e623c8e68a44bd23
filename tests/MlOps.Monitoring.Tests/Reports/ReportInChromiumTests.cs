using System.Xml.Linq;
using Microsoft.Playwright;
using MlOps.Tests.Backends;

namespace MlOps.Monitoring.Reports;

/// <summary>Opens reports in a browser, on a screen and on a phone, light and dark.</summary>
[Category("Backend")]
public sealed class ReportInChromiumTests
{
    private const string Path = "/usr/bin/chromium";
    private const string Measurement =
        """
        () => {
          const elements = [...document.querySelectorAll('*')];
          document.querySelectorAll('details').forEach(details => details.open = true);
          const parse = color => color.match(/[\d.]+/g).map(Number);
          const light = color => parse(color).slice(0, 3).map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const contrast = (one, other) => { const [a, b] = [light(one), light(other)]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); };
          const isOpaque = color => { const parts = parse(color); return parts.length === 3 || parts[3] === 1; };
          const back = element => {
            const color = getComputedStyle(element).backgroundColor;
            return isOpaque(color) || !element.parentElement ? color : back(element.parentElement);
          };
          const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
            && !element.closest('head, title, desc');
          const color = element => { const style = getComputedStyle(element); return element.closest('svg') ? style.fill : style.color; };
          const faint = elements.filter(hasText).filter(element => contrast(color(element), back(element)) < 4.5);
          const charts = [...document.querySelectorAll('svg[role=img]')];
          return {
            width: document.documentElement.clientWidth,
            content: document.documentElement.scrollWidth,
            elements: elements.length,
            back: getComputedStyle(document.body).backgroundColor,
            faint: faint.map(element => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`),
            headings: [...document.querySelectorAll('h1, h2, h3')].map(heading => Number(heading.tagName[1])),
            sections: [...document.querySelectorAll('h2')].map(heading => heading.textContent),
            texts: [...document.querySelectorAll('bdi')].map(name => name.textContent),
            active: document.querySelectorAll('script, img, link, iframe, object, a, form').length,
            handlers: elements.filter(element => [...element.attributes].some(attribute => attribute.name.startsWith('on'))).length,
            unnamed: charts.filter(chart => !chart.querySelector('title')?.textContent).length,
            heads: [...document.querySelectorAll('th')].filter(head => !head.scope).length,
            smallest: Math.min(...charts.filter(chart => chart.querySelector('text')).map(chart =>
              12 * chart.getBoundingClientRect().width / chart.viewBox.baseVal.width), 12),
          };
        }
        """;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private DirectoryInfo? _folder;

    private static IEnumerable<TestCaseData> Pages =>
        from report in new (string Name, Func<MonitoringReport> Create)[]
        {
            ("drifted", TestReports.Drifted), ("healthy", TestReports.Healthy), ("empty", TestReports.Empty), ("hostile", TestReports.Hostile),
            ("wide", static () => TestReports.Wide(300)),
        }
        from width in new[] { 390, 1280 }
        from isDark in new[] { false, true }
        select new TestCaseData(report.Create, width, isDark).SetArgDisplayNames(report.Name, $"{width}", isDark ? "dark" : "light");

    [OneTimeSetUp]
    public async Task Start()
    {
        if (!File.Exists(Path))
        {
            Requirement.IsMissing($"Chromium is not installed as '{Path}'. Install it by: apt-get install chromium");
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu"] });
        _folder = Directory.CreateTempSubdirectory("mlops-report-");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder?.Delete(recursive: true);
    }

    [TestCaseSource(nameof(Pages))]
    public async Task The_page_fits_the_screen_and_is_readable(Func<MonitoringReport> create, int width, bool isDark)
    {
        var html = create().ToHtml();
        var file = System.IO.Path.Combine(_folder!.FullName, $"{TestContext.CurrentContext.Test.ID}.html");
        await File.WriteAllTextAsync(file, html);
        await using var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        var page = await context.NewPageAsync();
        var (requests, messages) = (new List<string>(), new List<string>());
        page.Request += (_, request) => requests.Add(request.Url);
        page.Console += (_, message) => messages.Add(message.Text);
        page.PageError += (_, error) => messages.Add(error);
        page.Dialog += (_, dialog) => messages.Add(dialog.Message);

        await page.GotoAsync(new Uri(file).AbsoluteUri);
        var measured = await page.EvaluateAsync<Measured>(Measurement);

        Assert.That(requests, Is.EqualTo(new[] { new Uri(file).AbsoluteUri }), "The page uses the network.");
        Assert.That(messages, Is.Empty);
        Assert.That(measured.Content, Is.LessThanOrEqualTo(measured.Width), "The page scrolls to the side.");
        Assert.That(measured.Elements, Is.EqualTo(XDocument.Parse(html).Descendants().Count()), "The browser reads other elements than were written.");
        Assert.That(measured.Back, Is.EqualTo(isDark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)"));
        Assert.That(measured.Faint, Is.Empty, "WCAG 2.1, success criterion 1.4.3, contrast of 4.5.");
        Assert.That(measured.Headings.Count(static level => level == 1), Is.EqualTo(1));
        Assert.That(measured.Headings.Zip(measured.Headings.Skip(1)).All(static pair => pair.Second <= pair.First + 1), "A level of headings is left out.");
        Assert.That(measured.Sections, Is.SupersetOf(new[] { "What to do next", "Inputs" }));
        Assert.That((measured.Active, measured.Handlers, measured.Unnamed, measured.Heads), Is.EqualTo((0, 0, 0, 0)));
        Assert.That(measured.Smallest, Is.AtLeast(9), "The size of the text of charts in pixels.");
    }

    [Test]
    public async Task Hostile_names_are_text()
    {
        await using var context = await _browser!.NewContextAsync();
        var page = await context.NewPageAsync();

        await page.SetContentAsync(TestReports.Hostile().ToHtml());
        var measured = await page.EvaluateAsync<Measured>(Measurement);

        Assert.That(measured.Texts, Is.SupersetOf(new[] { "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&lt;b&gt; & <b>", "ünï 😀 中文" }));
    }

    [Test]
    public async Task Details_open_by_keyboard()
    {
        await using var context = await _browser!.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.SetContentAsync(TestReports.Healthy().ToHtml());

        await page.Locator("summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        Assert.That(await page.Locator("details").First.GetAttributeAsync("open"), Is.Not.Null);
    }

    private sealed class Measured
    {
        public int Width { get; set; }

        public int Content { get; set; }

        public int Elements { get; set; }

        public string Back { get; set; } = "";

        public string[] Faint { get; set; } = [];

        public int[] Headings { get; set; } = [];

        public string[] Sections { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public int Active { get; set; }

        public int Handlers { get; set; }

        public int Unnamed { get; set; }

        public int Heads { get; set; }

        public double Smallest { get; set; }
    }
}
