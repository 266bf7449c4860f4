using Llama3.Checking.Judging;

namespace Llama3.Verify.Html.Report;

/// <summary>A step at fault.</summary>
/// <param name="Id">The anchor of its part on the page.</param>
/// <param name="Name">"16 q_per_token_rotated", with the pass in front.</param>
/// <param name="Verdict">Wrong here, or wrong between.</param>
/// <param name="Title">What happens in the step.</param>
/// <param name="Formula">What is computed.</param>
/// <param name="Lines">What is said of the fault.</param>
/// <param name="Pictures">The port, what was expected, and the difference; null if there are none.</param>
public sealed record FaultView(string Id, string Name, Verdict Verdict, string Title, string Formula, IReadOnlyList<ReportLine> Lines, FaultPictures? Pictures);

/// <summary>Three pictures of a fault, place by place.</summary>
/// <param name="Port">What the port dumped.</param>
/// <param name="Expected">What it should have been.</param>
/// <param name="Difference">The first less the second.</param>
/// <param name="Note">What a cell is.</param>
public sealed record FaultPictures(Picture Port, Picture Expected, Picture Difference, string Note);
